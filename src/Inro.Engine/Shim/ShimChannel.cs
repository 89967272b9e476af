using System.Runtime.InteropServices;
using Inro.Linux;
using Inro.Linux.Descriptors;
using Inro.Linux.Sockets;
using Microsoft.Win32.SafeHandles;

namespace Inro.Engine.Shim;

/// <summary>Messages over one SEQPACKET connection.</summary>
internal sealed class ShimChannel(SeqPacketSocket socket) : IDisposable
{
    /// <summary>No message carries more descriptors: a definition and three streams.</summary>
    public const int MaxDescriptors = 4 + ShimExecRequest.MaxKept;

    private readonly List<SafeFileHandle> received = new(MaxDescriptors);
    private byte[] packet = [];

    /// <summary>The socket's descriptor, for poll.</summary>
    public int Descriptor => socket.Number;

    /// <summary>Sends without waiting.</summary>
    /// <returns>False: the other side is gone, or has not read for so long that its socket is full.</returns>
    public bool TrySend(ShimMessage message, IReadOnlyList<SafeHandle> descriptors)
    {
        Span<PollEntry> entry = [new PollEntry { Descriptor = Descriptor, Wanted = PollEvents.Writable }];
        Inro.Linux.Descriptors.Descriptor.Poll(entry, 0);
        if (entry[0].Happened != PollEvents.Writable) { return false; }

        try
        {
            socket.Send(ShimMessageCodec.Encode(message), default, descriptors);
            return true;
        }
        catch (LinuxException failure) when (failure.Errno is Errno.EPIPE or Errno.ECONNRESET) { return false; }
    }

    /// <summary>Takes a message if one is there, or waits for one.</summary>
    /// <param name="timeout">How long; zero looks once; null waits without end.</param>
    /// <param name="message">The message, where one was found.</param>
    public ChannelState TryReceive(TimeSpan? timeout, out ReceivedMessage? message)
    {
        message = null;
        if (packet.Length == 0) { packet = GC.AllocateUninitializedArray<byte>(ShimMessageCodec.MaxMessageBytes + 1); }

        int length;
        try { length = socket.Receive(packet, timeout, received); }
        catch (LinuxException)
        {
            CloseReceived();
            return ChannelState.Closed; // larger than any message, or a broken connection
        }

        if (length < 0) { return ChannelState.Empty; }

        ShimMessage? content = length > 0 ? ShimMessageCodec.Decode(packet.AsSpan(0, length)) : null;
        if (content is null || received.Count > MaxDescriptors)
        {
            CloseReceived();
            return ChannelState.Closed;
        }

        message = new ReceivedMessage(content, [.. received]);
        received.Clear();
        return ChannelState.Message;
    }

    /// <summary>Who is on the other side.</summary>
    public PeerCredentials Peer() => socket.Peer();

    /// <inheritdoc/>
    public void Dispose() => socket.Dispose();

    private void CloseReceived()
    {
        foreach (SafeFileHandle file in received) { file.Dispose(); }

        received.Clear();
    }
}
