using Inro.Engine.Logs;
using Inro.Linux;
using Inro.Linux.Descriptors;
using Inro.Linux.Files;
using Inro.Linux.Processes;
using Microsoft.Win32.SafeHandles;

namespace Inro.Engine.Shim;

/// <summary>This program once more, compressing one file of the log: <c>inro internal pack-log DRIVER</c>. It has two open files and no path.</summary>
internal sealed class LogPackerProcess : IPollSource, IDisposable
{
    private readonly PidFd process;

    private LogPackerProcess(PidFd process) => this.process = process;

    /// <summary>It has ended.</summary>
    public bool HasEnded { get; private set; }

    /// <inheritdoc/>
    public int Descriptor => process.Number;

    /// <inheritdoc/>
    public PollEvents Wanted => HasEnded ? PollEvents.None : PollEvents.Readable;

    /// <summary>Begins with what is there to be compressed; null: nothing is, or no process can be made.</summary>
    public static LogPackerProcess? TryStart(LogPacking packing, LogDriver driver)
    {
        if (packing.Begin() is not { } files) { return null; }

        using SafeFileHandle source = files.Source;
        using SafeFileHandle target = files.Target;
        try
        {
            using SafeFileHandle none = Inro.Linux.Descriptors.Descriptor.Open("/dev/null", OpenFlags.ReadWrite);
            return new LogPackerProcess(ProcessSpawn.Open(new SpawnRequest
            {
                Path = "/proc/self/exe",
                Arguments = ["inro", "internal", "pack-log", LogDriverNames.Of(driver)],
                Environment = ShimEnvironment.Inherited(),
                Descriptors = [new(0, source), new(1, target), new(2, none)],
            }));
        }
        catch (LinuxException)
        {
            packing.Abandon();
            return null;
        }
    }

    /// <summary>Its result is not wanted any more.</summary>
    public void Kill() => process.Kill();

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
