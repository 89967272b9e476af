using Inro.Engine.Logs;
using Inro.Linux;
using Inro.Linux.Descriptors;
using Microsoft.Win32.SafeHandles;

namespace Inro.Engine.Shim;

/// <summary>Moves one stream of the container to its log and to the attached clients.</summary>
/// <remarks>
/// One buffer: the next bytes are read when every client has taken the last ones. So a client that does not read holds this stream of
/// the container back once its own pipe (64 KB), this buffer and the container's FIFO (64 KB) are full, as docker and podman do;
/// nothing is dropped. The log has the bytes before any client; the other stream, the end of the container and its status go on.
/// </remarks>
internal sealed class OutputPump : IPollSource, IDisposable
{
    /// <summary>Bytes read at once: a FIFO holds no more.</summary>
    private const int BufferBytes = 64 * 1024;

    /// <summary>What can be waiting at the end: a FIFO that the container enlarged, and our buffer.</summary>
    private const int MaxRemainderBytes = 2 * 1024 * 1024;

    private readonly SafeFileHandle source;
    private readonly LogStream stream;
    private readonly LogWriter? log;
    private readonly TimeProvider clock;
    private readonly PollLoop loop;
    private readonly List<ClientOutput> clients = [];
    private byte[] buffer = [];
    private int filled;
    private bool isHungUp;

    /// <summary>Makes a pump; it owns <paramref name="source"/>, which must be non-blocking.</summary>
    public OutputPump(SafeFileHandle source, LogStream stream, LogWriter? log, TimeProvider clock, PollLoop loop)
    {
        this.source = source;
        this.stream = stream;
        this.log = log;
        this.clock = clock;
        this.loop = loop;
        loop.Add(this);
    }

    /// <inheritdoc/>
    public int Descriptor => (int)source.DangerousGetHandle();

    /// <inheritdoc/>
    public PollEvents Wanted => isHungUp || IsHeld || IsHeldBack ? PollEvents.None : PollEvents.Readable;

    /// <summary>Nothing is read until a client that is on its way has joined.</summary>
    public bool IsHeld { get; set; }

    /// <summary>Some client has not taken what was read.</summary>
    private bool IsHeldBack => clients.Exists(static client => !client.IsDone);

    /// <inheritdoc/>
    public void OnReady(PollEvents happened)
    {
        if (IsHeldBack) { return; }

        if (buffer.Length == 0) { buffer = GC.AllocateUninitializedArray<byte>(BufferBytes); }

        int count = Inro.Linux.Descriptors.Descriptor.Read(source, buffer.AsSpan(0, BufferBytes));
        if (count == -(int)Errno.EAGAIN) { return; }

        if (count <= 0)
        {
            isHungUp = true; // nobody holds the other side: every process is gone, or let go of its output
            return;
        }

        filled = count;
        Deliver(buffer.AsSpan(0, count));
        for (int at = clients.Count - 1; at >= 0; at--) { clients[at].Restart(); } // backward: one that is gone removes itself
    }

    /// <summary>Lets a client have the output from now on. Takes ownership of the descriptor.</summary>
    public ClientOutput Attach(SafeFileHandle target)
    {
        var client = new ClientOutput(this, target);
        clients.Add(client);
        client.StartAt(filled);
        loop.Add(client);
        return client;
    }

    /// <summary>Forgets a client.</summary>
    public void Detach(ClientOutput client)
    {
        clients.Remove(client);
        loop.Remove(client);
        client.Dispose();
    }

    /// <summary>The container has ended: takes what is still in the FIFO, whatever the clients do, and lets each client go when it has all.</summary>
    public void Finish()
    {
        loop.Remove(this);
        int keep = clients.Count == 0 ? 0 : filled;
        for (; ; )
        {
            if (buffer.Length - keep < BufferBytes)
            {
                if (buffer.Length > MaxRemainderBytes) { break; }

                Array.Resize(ref buffer, Math.Max(keep + BufferBytes, buffer.Length * 2));
            }

            int count = Inro.Linux.Descriptors.Descriptor.Read(source, buffer.AsSpan(keep));
            if (count <= 0) { break; }

            Deliver(buffer.AsSpan(keep, count));
            if (clients.Count > 0) { keep += count; }
        }

        filled = keep;
        for (int at = clients.Count - 1; at >= 0; at--) { clients[at].LeaveWhenDone(); }
    }

    /// <inheritdoc/>
    public void Dispose() => source.Dispose();

    internal ReadOnlySpan<byte> Pending(int from) => buffer.AsSpan(from, filled - from);

    private void Deliver(ReadOnlySpan<byte> bytes) => log?.Append(stream, bytes, clock.NowNanoseconds());
}
