namespace Inro.Runtime.Launch;

/// <summary>Runs launch programs: starts the walker, answers its syncs, and reports where it failed.</summary>
/// <remarks>Keeps the walker's file for the next launch. May be used by several threads at once.</remarks>
public sealed class LaunchRunner : IDisposable
{
    /// <summary>Runs the program to its exec, or to its gate.</summary>
    /// <returns>The process; for a program without exec null, when it is through.</returns>
    /// <exception cref="LaunchException">It failed; whatever it started has been ended, reaped and undone in reverse order.</exception>
    public LaunchedProcess? Run(LaunchProgram program, LaunchOptions options) =>
        throw new PlatformNotSupportedException($"{program.Operations.Count} {options.Patience}");

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
