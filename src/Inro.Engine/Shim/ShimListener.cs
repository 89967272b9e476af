using Inro.Linux;
using Inro.Linux.Descriptors;
using Inro.Linux.Processes;
using Inro.Linux.Sockets;

namespace Inro.Engine.Shim;

/// <summary>Lets clients in: those of the shim's own user, and root.</summary>
internal sealed class ShimListener(string path, ShimServer server) : IPollSource, IDisposable
{
    /// <summary>Name of the socket in the run directory.</summary>
    public const string FileName = "shim.sock";

    /// <summary>How long nobody is let in after the system had no descriptor for a client; it waits in the socket's queue meanwhile.</summary>
    private const int RestMilliseconds = 100;

    private readonly SeqPacketSocket socket = Listen(path);
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
    public void Dispose() => socket.Dispose();

    private static SeqPacketSocket Listen(string path)
    {
        Inro.Linux.Descriptors.Descriptor.Unlink(path); // of a shim that was killed: the caller holds the container's lock
        return SeqPacketSocket.Listen(path);
    }
}
