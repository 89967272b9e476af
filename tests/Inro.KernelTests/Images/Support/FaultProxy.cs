using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Inro.KernelTests.Images.Support;

/// <summary>What goes wrong with an answer.</summary>
public enum FaultKind
{
    /// <summary>The connection ends before the answer.</summary>
    NoAnswer,

    /// <summary>The connection ends in the middle of the body.</summary>
    Cut,

    /// <summary>The connection is reset in the middle of the body.</summary>
    Reset,

    /// <summary>The body ends early, and its length is told to be so: nobody can see it but by its digest.</summary>
    Truncate,

    /// <summary>One bit of the body is another one.</summary>
    Corrupt,

    /// <summary>The registry is said to be overloaded.</summary>
    Overloaded,

    /// <summary>The registry is said to have been asked too often.</summary>
    TooMany,

    /// <summary>The body stops for a while in the middle, and goes on.</summary>
    Slow,
}

/// <summary>A fault.</summary>
/// <param name="Kind">What.</param>
/// <param name="Request">With which request, from 0.</param>
/// <param name="Part">Where in the body, from 0 to 1.</param>
/// <param name="IsForever">True: with all requests from that one on.</param>
public sealed record Fault(FaultKind Kind, int Request, double Part = 0, bool IsForever = false);

/// <summary>Stands between a client and a registry, forwards one request after the other, and lets one of the answers go wrong.</summary>
public sealed class FaultProxy : IDisposable
{
    private const int MaxHeadBytes = 64 << 10;
    private const int Chunk = 64 << 10;

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly int upstream;
    private readonly Fault? fault;
    private readonly Thread thread;
    private int requests;
    private long bodyBytes;
    private int bodies;
    private int mostBodies;

    public FaultProxy(int upstream, Fault? fault)
    {
        this.upstream = upstream;
        this.fault = fault;
        listener.Start();
        thread = new Thread(Accept) { IsBackground = true, Name = "fault proxy" };
        thread.Start();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>So many bytes of bodies in a second on each connection; 0: as fast as it goes.</summary>
    public long BytesPerSecond { get; init; }

    /// <summary>Whether the registry behind it seems to know no parts of blobs.</summary>
    public bool HidesRanges { get; init; }

    /// <summary>Requests seen so far.</summary>
    public int Requests => Volatile.Read(ref requests);

    /// <summary>Bytes of bodies that the client was given.</summary>
    public long BodyBytes => Interlocked.Read(ref bodyBytes);

    /// <summary>How many bodies of more than one chunk were under way at the same time, at most.</summary>
    public int MostBodiesAtOnce => Volatile.Read(ref mostBodies);

    public void Dispose()
    {
        listener.Stop();
        thread.Join();
    }

    private void Accept()
    {
        try
        {
            while (true)
            {
                Socket client = listener.AcceptSocket();
                new Thread(() => Serve(client)) { IsBackground = true }.Start();
            }
        }
        catch (Exception stopped) when (stopped is SocketException or InvalidOperationException)
        {
            // stopped
        }
    }

    private void Serve(Socket client)
    {
        using (client)
        {
            try
            {
                byte[] request = ReadHead(client, out byte[] begun);
                if (request.Length == 0 || request[0] == 0x16) { return; } // TLS is not spoken here

                int number = Interlocked.Increment(ref requests) - 1;
                bool isDue = fault is { } due && (number == due.Request || (due.IsForever && number > due.Request));
                Forward(client, request, begun, isDue ? fault : null);
            }
            catch (SocketException)
            {
                // one of the two is gone
            }
        }
    }

    private void Forward(Socket client, byte[] request, byte[] begun, Fault? due)
    {
        if (due?.Kind is FaultKind.NoAnswer) { return; }

        if (due?.Kind is FaultKind.Overloaded or FaultKind.TooMany)
        {
            client.Send(Encoding.ASCII.GetBytes($"HTTP/1.1 {(due.Kind == FaultKind.TooMany ? 429 : 503)} No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
            client.Shutdown(SocketShutdown.Both);
            return;
        }

        using var server = new Socket(SocketType.Stream, ProtocolType.Tcp);
        server.Connect(IPAddress.Loopback, upstream);
        string text = Encoding.ASCII.GetString(request);
        int end = text.IndexOf("\r\n", StringComparison.Ordinal);
        if (HidesRanges) { text = string.Join("\r\n", text.Split("\r\n").Where(static l => !l.StartsWith("Range:", StringComparison.OrdinalIgnoreCase))); }

        server.Send(Encoding.ASCII.GetBytes(text.Insert(end + 2, "Connection: close\r\n")));
        SendBody(client, server, text, begun);
        byte[] head = ReadHead(server, out byte[] body);
        byte[] whole = [.. body, .. ReadAll(server)];
        Answer(client, Encoding.ASCII.GetString(head), whole, due);
    }

    /// <summary>What the client uploads.</summary>
    private static void SendBody(Socket client, Socket server, string head, byte[] begun)
    {
        string? length = head.Split("\r\n").FirstOrDefault(static l => l.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase));
        long left = length is null ? 0 : long.Parse(length["Content-Length:".Length..], System.Globalization.CultureInfo.InvariantCulture);
        if (left == 0) { return; }

        for (int sent = 0; sent < begun.Length;) { sent += server.Send(begun.AsSpan(sent)); }

        left -= begun.Length;
        byte[] buffer = new byte[64 << 10];
        while (left > 0)
        {
            int count = client.Receive(buffer);
            if (count == 0) { return; }

            for (int sent = 0; sent < count;) { sent += server.Send(buffer.AsSpan(sent, count - sent)); }

            left -= count;
        }
    }

    private void Answer(Socket client, string head, byte[] body, Fault? due)
    {
        int at = due is null ? body.Length : Math.Min((int)(due.Part * body.Length), Math.Max(body.Length - 1, 0));
        switch (due?.Kind)
        {
            case FaultKind.Truncate:
                Send(client, WithLength(head, at), body.AsSpan(0, at));
                break;
            case FaultKind.Corrupt when body.Length > 0:
                body[at] ^= 0x10;
                Send(client, head, body);
                break;
            case FaultKind.Cut:
                Send(client, head, body.AsSpan(0, at));
                break;
            case FaultKind.Reset:
                Send(client, head, body.AsSpan(0, at));
                client.LingerState = new LingerOption(true, 0); // a reset, not an end
                return;
            case FaultKind.Slow:
                Send(client, head, body.AsSpan(0, at));
                Thread.Sleep(50);
                Send(client, "", body.AsSpan(at));
                break;
            default:
                Send(client, head, body);
                break;
        }

        client.Shutdown(SocketShutdown.Send);
    }

    private void Send(Socket client, string head, ReadOnlySpan<byte> body)
    {
        if (body.Length <= Chunk)
        {
            SendBytes(client, head, body);
            return;
        }

        int now = Interlocked.Increment(ref bodies);
        for (int most = mostBodies; now > most; most = mostBodies) { Interlocked.CompareExchange(ref mostBodies, now, most); }

        try { SendBytes(client, head, body); }
        finally { Interlocked.Decrement(ref bodies); }
    }

    private void SendBytes(Socket client, string head, ReadOnlySpan<byte> body)
    {
        client.Send(Encoding.ASCII.GetBytes(head));
        for (int sent = 0; sent < body.Length;)
        {
            int count = client.Send(BytesPerSecond == 0 ? body[sent..] : body[sent..Math.Min(sent + Chunk, body.Length)]);
            sent += count;
            if (BytesPerSecond > 0) { Thread.Sleep((int)(count * 1000L / BytesPerSecond)); }
        }

        Interlocked.Add(ref bodyBytes, body.Length);
    }

    private static string WithLength(string head, int length) =>
        string.Join("\r\n", head.Split("\r\n").Select(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase) ? $"Content-Length: {length}" : line));

    private static byte[] ReadHead(Socket socket, out byte[] rest)
    {
        byte[] buffer = new byte[MaxHeadBytes];
        int length = 0;
        while (length < buffer.Length)
        {
            int count = socket.Receive(buffer.AsSpan(length));
            if (count == 0) { break; }

            length += count;
            int end = buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8);
            if (end < 0 && buffer[0] != 0x16) { continue; }

            int head = end < 0 ? length : end + 4;
            rest = buffer[head..length];
            return buffer[..head];
        }

        rest = [];
        return [];
    }

    private static byte[] ReadAll(Socket socket)
    {
        using var all = new MemoryStream();
        byte[] buffer = new byte[64 << 10];
        for (int count = socket.Receive(buffer); count > 0; count = socket.Receive(buffer)) { all.Write(buffer, 0, count); }

        return all.ToArray();
    }
}
