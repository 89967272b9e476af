using Inro.Linux;
using Inro.Linux.Descriptors;
using Inro.Linux.Files;
using Inro.Linux.Processes;
using Inro.Linux.Sockets;
using Microsoft.Win32.SafeHandles;

namespace Inro.Engine.Shim;

/// <summary>Lets clients in: those of the shim's own user, and root. A locked file beside the socket says, without a word to the shim, that it is there.</summary>
/// <param name="runDirectory">The container's.</param>
/// <param name="server">Whose clients they are.</param>
internal sealed class ShimListener(string runDirectory, ShimServer server) : IPollSource, IDisposable
{
    /// <summary>Name of the socket in the run directory.</summary>
    public const string FileName = "shim.sock";

    private const string LockName = "shim.lock";

    /// <summary>Those who look hold the lock, shared, for a moment.</summary>
    private static readonly TimeSpan LockDeadline = TimeSpan.FromSeconds(10);

    /// <summary>How long nobody is let in after the system had no descriptor for a client; it waits in the socket's queue meanwhile.</summary>
    private const int RestMilliseconds = 100;

    private readonly FileLock held = Hold(runDirectory);
    private readonly SeqPacketSocket socket = Listen(runDirectory + "/" + FileName);
    private long restsUntil;

    /// <summary>When clients are let in again, as <see cref="Environment.TickCount64"/> counts; 0: now.</summary>
    public long RestsUntil => Environment.TickCount64 < restsUntil ? restsUntil : 0;

    /// <inheritdoc/>
    public int Descriptor => socket.Number;

    /// <inheritdoc/>
    public PollEvents Wanted => RestsUntil > 0 ? PollEvents.None : PollEvents.Readable;

    /// <inheritdoc/>
    public void OnReady(PollEvents happened)
    {
        SeqPacketSocket? peer;
        try { peer = socket.Accept(TimeSpan.Zero); }
        catch (LinuxException)
        {
            restsUntil = Environment.TickCount64 + RestMilliseconds; // out of descriptors: the socket stays readable
            return;
        }

        if (peer is null) { return; }

        uint user = peer.Peer().User;
        if (user == 0 || user == EffectiveIds.User) { server.Accept(new ShimChannel(peer)); }
        else { peer.Dispose(); }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        socket.Dispose();
        held.Dispose();
    }

    /// <summary>True while a shim listens in that directory, whatever it is doing: one that stands still has everybody wait who speaks to it.</summary>
    public static bool IsThere(string runDirectory)
    {
        using SafeFileHandle? file = Inro.Linux.Descriptors.Descriptor.OpenIfThere(runDirectory + "/" + LockName, OpenFlags.Read | OpenFlags.NoFollow);
        return file is not null && !FileLock.TryLock(file, shared: true, LockName);
    }

    /// <summary>The process that listens in that directory; null: none does.</summary>
    public static PidFd? OpenProcess(string runDirectory)
    {
        try
        {
            using var near = SeqPacketSocket.Connect(runDirectory + "/" + FileName);
            PidFd process = PidFd.Open(near.Peer().Pid);
            if (IsThere(runDirectory)) { return process; } // so it was there when its number was taken

            process.Dispose();
            return null;
        }
        catch (LinuxException gone) when (gone.Errno is Errno.ENOENT or Errno.ECONNREFUSED or Errno.ESRCH) { return null; }
    }

    /// <summary>Takes the names away.</summary>
    public static void Unlink(string runDirectory)
    {
        Inro.Linux.Descriptors.Descriptor.Unlink(runDirectory + "/" + FileName);
        Inro.Linux.Descriptors.Descriptor.Unlink(runDirectory + "/" + LockName);
    }

    private static FileLock Hold(string runDirectory)
    {
        using DirFd directory = DirFd.Open(runDirectory);
        return FileLock.Acquire(directory, LockName, shared: false, LockDeadline);
    }

    private static SeqPacketSocket Listen(string path)
    {
        Inro.Linux.Descriptors.Descriptor.Unlink(path); // of a shim that was killed: the caller holds the container's lock
        return SeqPacketSocket.Listen(path);
    }
}
