using System.Text;
using Inro.Linux.Files;

namespace Inro.Engine.Containers;

/// <summary>Which containers are being worked on: one locked file for each, in the run directory.</summary>
/// <remarks>
/// The file is there exactly while a command works on the container, and locked by it. A file that nobody has locked was left by a
/// killed command: it is the sign that repair looks for, at the price of reading one directory that is nearly always empty.
/// </remarks>
internal sealed class ContainerJournal(InstancePaths paths) : IDisposable
{
    private const int IdLength = 64;
    private const string FrozenPrefix = "frozen-";
    private const string VolumePrefix = Volumes.VolumeLocks.Prefix;
    private const string TurnPrefix = "turn-";

    private readonly List<string> frozen = [];
    private DirFd? directory;

    private DirFd Locks => directory ??= DirFd.Open(paths.Locks);

    /// <summary>Enters a container and locks it; null when another command kept it for that long.</summary>
    public FileLock? TryEnter(string id, TimeSpan deadline) => FileLock.TryAcquire(Locks, id, shared: false, deadline);

    /// <summary>Takes the entry away; the lock is still held by the caller, who disposes it afterwards.</summary>
    public void Leave(string id) => Locks.RemoveFile(id);

    /// <summary>The turn to start a container again by its policy; comes before the container's lock. Null: somebody kept it for that long.</summary>
    public FileLock? TryTakeTurn(string id, TimeSpan deadline) => FileLock.TryAcquire(Locks, TurnPrefix + id, shared: false, deadline);

    /// <summary>Takes the file of a turn away; the lock is still held by the caller.</summary>
    public void LeaveTurn(string id) => Locks.RemoveFile(TurnPrefix + id);

    /// <summary>True while somebody waits to start the container again.</summary>
    public bool HasTurn(string id)
    {
        using FileLock? taken = TryTakeTurn(id, TimeSpan.Zero);
        if (taken is not null) { LeaveTurn(id); }

        return taken is null;
    }

    /// <summary>Notes, under a lock, that a container stands still for a command; null when another one kept it for that long. Not held together with the container's lock by who waits for this one.</summary>
    public FileLock? TryEnterFrozen(string id, TimeSpan deadline) => FileLock.TryAcquire(Locks, FrozenPrefix + id, shared: false, deadline);

    /// <summary>Takes the note away; the lock is still held by the caller.</summary>
    public void LeaveFrozen(string id) => Locks.RemoveFile(FrozenPrefix + id);

    /// <summary>Ids of those that stood still for a command when <see cref="List"/> was called last.</summary>
    public IReadOnlyList<string> ListFrozen() => frozen;

    /// <summary>Ids of all that are entered now. Locks of volumes that a killed command left are taken away on the way: a volume's row says enough.</summary>
    public IReadOnlyList<string> List()
    {
        List<string> ids = [];
        frozen.Clear();
        foreach (byte[] bytes in Locks.List())
        {
            string name = Encoding.UTF8.GetString(bytes.AsSpan(0, bytes.Length - 1));
            if (name.Length == IdLength) { ids.Add(name); }
            else if (name.StartsWith(FrozenPrefix, StringComparison.Ordinal)) { frozen.Add(name[FrozenPrefix.Length..]); }
            else if (name.StartsWith(VolumePrefix, StringComparison.Ordinal) || name.StartsWith(TurnPrefix, StringComparison.Ordinal)) { TakeAwayIfFree(name); }
        }

        return ids;
    }

    private void TakeAwayIfFree(string name)
    {
        using FileLock? held = FileLock.TryAcquire(Locks, name, shared: false, TimeSpan.Zero);
        if (held is not null) { Locks.RemoveFile(name); }
    }

    /// <summary>True when the state of this boot has been looked at once.</summary>
    public bool IsBootKnown(string bootId)
    {
        string marker = paths.Run + "/boot";
        return File.Exists(marker) && File.ReadAllText(marker) == bootId;
    }

    /// <summary>Notes that the state of this boot has been looked at.</summary>
    public void NoteBoot(string bootId)
    {
        using DirFd run = DirFd.Open(paths.Run);
        AtomicFile.Write(run, "boot", Encoding.ASCII.GetBytes(bootId), durable: false);
    }

    public void Dispose() => directory?.Dispose();
}
