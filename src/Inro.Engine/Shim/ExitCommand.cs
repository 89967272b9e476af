using Inro.Linux;
using Inro.Linux.Descriptors;
using Inro.Linux.Processes;
using Inro.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace Inro.Engine.Shim;

/// <summary>The installed program, run once to record the end where no client does. It may be younger than this shim.</summary>
internal sealed class ExitCommand : IPollSource, IDisposable
{
    private readonly PidFd process;

    private ExitCommand(PidFd process) => this.process = process;

    /// <summary>It has ended.</summary>
    public bool HasEnded { get; private set; }

    /// <inheritdoc/>
    public int Descriptor => process.Number;

    /// <inheritdoc/>
    public PollEvents Wanted => HasEnded ? PollEvents.None : PollEvents.Readable;

    /// <summary>Starts it; null: it could not be started, and the next command of the engine finds status.json.</summary>
    public static ExitCommand? TryStart(IReadOnlyList<string> command)
    {
        if (command.Count == 0) { return null; }

        try
        {
            using SafeFileHandle none = Inro.Linux.Descriptors.Descriptor.Open("/dev/null", OpenFlags.ReadWrite);
            return new ExitCommand(ProcessSpawn.Open(new SpawnRequest
            {
                Path = command[0],
                Arguments = command,
                Environment = ShimEnvironment.Inherited(),
                Descriptors = [new(0, none), new(1, none), new(2, none)],
            }));
        }
        catch (LinuxException) { return null; }
    }

    /// <inheritdoc/>
    public void OnReady(PollEvents happened)
    {
        HasEnded = true;
        try { process.Reap(TimeSpan.Zero); }
        catch (LinuxException) { /* the reaper of orphans was first */ }
    }

    /// <inheritdoc/>
    public void Dispose() => process.Dispose();
}
