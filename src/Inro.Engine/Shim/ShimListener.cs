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

    private readonly SeqPacketSocket socket = Listen(path);

    /// <inheritdoc/>
    public int Descriptor => socket.Number;

    /// <inheritdoc/>
    public PollEvents Wanted => PollEvents.Readable;

    /// <inheritdoc/>
    public void OnReady(PollEvents happened)
    {
        SeqPacketSocket? peer;
        try { peer = socket.Accept(TimeSpan.Zero); }
        catch (LinuxException) { return; } // out of descriptors: the client is told by its own time-out

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
