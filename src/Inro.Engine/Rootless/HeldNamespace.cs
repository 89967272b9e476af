using System.Globalization;
using Inro.Engine.Shim;
using Inro.Linux.Processes;

namespace Inro.Engine.Rootless;

/// <summary>A server of an ordinary user, whose user namespace further commands join while it is there.</summary>
/// <remarks>
/// It enters once and serves for days; containers that commands made in other namespaces would be out of its reach. A note in the
/// run directory says where it is; one whose process is gone means nothing.
/// </remarks>
public sealed class HeldNamespace : IDisposable
{
    private const int Terminate = 15;

    private readonly string note;

    private HeldNamespace(string note) => this.note = note;

    /// <summary>Notes this process, and has it end with the command that brought it in; null: it is not in an ordinary user's namespace.</summary>
    public static HeldNamespace? TryHold(InstancePaths paths)
    {
        if (RootlessEntry.OuterUser is null) { return null; }

        ProcessControl.SignalAtParentsEnd(Terminate);
        InstanceDirectories.Prepare(paths);
        Directory.CreateDirectory(paths.Servers, UnixMode.OwnerOnly);
        RemoveEnded(paths.Servers);
        string own = paths.Servers + "/" + Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        Directory.CreateDirectory(own, UnixMode.OwnerOnly);
        ShimStatusFile.Write(own, new ShimStatus
        {
            State = ShimState.Running,
            Pid = Environment.ProcessId,
            StartTime = ProcessStat.Read(Environment.ProcessId)!.Value.StartTime, // not null: it is this process
            BootId = BootId.Read(),
        });
        return new HeldNamespace(own);
    }

    /// <summary>Takes the note away.</summary>
    public void Dispose() => Remove(note);

    private static void RemoveEnded(string servers)
    {
        foreach (string directory in Directory.EnumerateDirectories(servers))
        {
            if (!Directory.Exists("/proc/" + Path.GetFileName(directory))) { Remove(directory); }
        }
    }

    private static void Remove(string directory)
    {
        try { Directory.Delete(directory, recursive: true); }
        catch (DirectoryNotFoundException) { return; } // another server was first
    }
}
