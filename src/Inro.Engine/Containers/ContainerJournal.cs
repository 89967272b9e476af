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

    private DirFd? directory;

    private DirFd Locks => directory ??= DirFd.Open(paths.Locks);

    /// <summary>Enters a container and locks it; null when another command kept it for that long.</summary>
    public FileLock? TryEnter(string id, TimeSpan deadline) => FileLock.TryAcquire(Locks, id, shared: false, deadline);

    /// <summary>Takes the entry away; the lock is still held by the caller, who disposes it afterwards.</summary>
    public void Leave(string id) => Locks.RemoveFile(id);

    /// <summary>Ids of all that are entered now.</summary>
    public IReadOnlyList<string> List()
    {
        List<string> ids = [];
        foreach (byte[] name in Locks.List())
        {
            if (name.Length == IdLength + 1) { ids.Add(Encoding.ASCII.GetString(name.AsSpan(0, IdLength))); }
        }

        return ids;
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
