using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Inro.KernelTests.Harness;

namespace Inro.Conformance.Api;

/// <summary>A client that sees the bytes: what docker's own does not show.</summary>
internal sealed class RawClient : IDisposable
{
    private readonly Socket socket;
    private readonly List<byte> received = [];

    private RawClient(Socket socket) => this.socket = socket;

    public static RawClient Connect(string path)
    {
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { ReceiveTimeout = (int)Machine.Patience(TimeSpan.FromSeconds(20)).TotalMilliseconds };
        socket.Connect(new UnixDomainSocketEndPoint(path));
        return new RawClient(socket);
    }

    /// <summary>Sends a request line with headers, and a body.</summary>
    public RawClient Send(string line, string body = "", params string[] headers)
    {
        IEnumerable<string> all = [line + " HTTP/1.1", "Host: docker", .. headers, .. body.Length > 0 ? [$"Content-Type: application/json", string.Create(CultureInfo.InvariantCulture, $"Content-Length: {Encoding.UTF8.GetByteCount(body)}")] : (string[])[]];
        return SendText(string.Join("\r\n", all) + "\r\n\r\n" + body);
    }

    /// <summary>Sends a text as it is.</summary>
    public RawClient SendText(string text)
    {
        socket.Send(Encoding.UTF8.GetBytes(text));
        return this;
    }

    /// <summary>Ends the sending side, as docker's client does at once when it has no input.</summary>
    public RawClient EndSending()
    {
        socket.Shutdown(SocketShutdown.Send);
        return this;
    }

    /// <summary>Reads until the head of the answer is whole, and returns it; what follows stays.</summary>
    public string ReadHead()
    {
        for (; ; )
        {
            string text = Encoding.Latin1.GetString([.. received]);
            int end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end >= 0)
            {
                received.RemoveRange(0, end + 4);
                return text[..(end + 2)];
            }

            if (!ReadMore()) { throw new IOException($"the connection was closed within the head: {text}"); }
        }
    }

    /// <summary>Reads until a text has come, and returns all that has.</summary>
    public string ReadUntil(string text)
    {
        for (; ; )
        {
            string all = Encoding.UTF8.GetString([.. received]);
            if (all.Contains(text, StringComparison.Ordinal)) { return all; }

            if (!ReadMore()) { throw new IOException($"the connection was closed before '{text}' came: {all}"); }
        }
    }

    /// <summary>Reads to the end of the connection.</summary>
    public byte[] ReadToEnd()
    {
        while (ReadMore()) { }

        return [.. received];
    }

    /// <summary>One request on a connection of its own: status and the whole body.</summary>
    public static (string Status, string Head, string Body) Ask(string path, string line, string body = "", params string[] headers)
    {
        using RawClient client = Connect(path);
        string head = client.Send(line, body, ["Connection: close", .. headers]).ReadHead();
        return (head[..head.IndexOf("\r\n", StringComparison.Ordinal)], head, Encoding.UTF8.GetString(client.ReadToEnd()));
    }

    public void Dispose() => socket.Dispose();

    private bool ReadMore()
    {
        byte[] buffer = new byte[8192];
        int count = socket.Receive(buffer);
        received.AddRange(buffer.AsSpan(0, count));
        return count > 0;
    }
}
