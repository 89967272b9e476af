using Inro.Linux.Processes;

namespace Inro.Runtime.Launch;

/// <summary>Step 8 of a run, and every other launch: starts the walker, answers its syncs, and reports where it failed.</summary>
/// <remarks>Keeps the walker's file for the next launch. May be used by several threads at once; each launch stays on its caller's thread.</remarks>
public sealed class LaunchRunner : IDisposable
{
    private readonly Lazy<WalkerFile> walker;

    /// <param name="walkerDirectory">Where the walker is extracted if memory files may not be executed; see <see cref="WalkerFile.Create"/>.</param>
    public LaunchRunner(string walkerDirectory = "/run") => walker = new Lazy<WalkerFile>(() => WalkerFile.Create(walkerDirectory));

    /// <summary>Runs the program to its exec, or to its gate.</summary>
    /// <returns>The process; null when a program that has neither is through.</returns>
    /// <exception cref="LaunchException">It failed; whatever it started has been ended, reaped and undone in reverse order.</exception>
    public LaunchedProcess? Run(LaunchProgram program, LaunchOptions options)
    {
        ArgumentNullException.ThrowIfNull(program);
        var session = new LaunchSession(program.Parts, options);
        try
        {
            session.Start(walker.Value);
            return session.Follow();
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (walker.IsValueCreated) { walker.Value.Dispose(); }
    }
}
