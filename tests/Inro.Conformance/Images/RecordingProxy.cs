using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Inro.Conformance.Images;

/// <summary>A web proxy on loopback that leads every host to one port, and remembers what it was asked.</summary>
internal sealed class RecordingProxy : IDisposable
{
    private const int MaxHeadBytes = 64 << 10;

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentQueue<string> firstLines = [];
    private readonly int target;

    /// <param name="target">The port on loopback.</param>
    public RecordingProxy(int target)
    {
        this.target = target;
        listener.Start();
        new Thread(Accept) { IsBackground = true, Name = "recording proxy" }.Start();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>First line of each connection's first request.</summary>
    public IReadOnlyCollection<string> FirstLines => firstLines;

    public void Dispose() => listener.Stop();

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
        try
        {
            using (client)
            using (var server = new Socket(SocketType.Stream, ProtocolType.Tcp))
            {
                byte[] head = ReadHead(client);
                string line = Encoding.ASCII.GetString(head).Split("\r\n")[0];
                firstLines.Enqueue(line);
                server.Connect(IPAddress.Loopback, target);
                if (line.StartsWith("CONNECT ", StringComparison.Ordinal)) { client.Send("HTTP/1.1 200 OK\r\n\r\n"u8); }
                else { server.Send(head); } // a server takes the long form of a request, too

                var back = new Thread(() => Pass(server, client)) { IsBackground = true };
                back.Start();
                Pass(client, server);
                back.Join();
            }
        }
        catch (SocketException)
        {
            // one of the two is gone
        }
    }

    /// <summary>Up to the end of the first request's head, and what came with it.</summary>
    private static byte[] ReadHead(Socket client)
    {
        byte[] buffer = new byte[MaxHeadBytes];
        int length = 0;
        while (length < buffer.Length && buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8) < 0)
        {
            int count = client.Receive(buffer.AsSpan(length));
            if (count == 0) { break; }

            length += count;
        }

        return buffer[..length];
    }

    private static void Pass(Socket from, Socket to)
    {
        byte[] buffer = new byte[64 << 10];
        try
        {
            for (int count = from.Receive(buffer); count > 0; count = from.Receive(buffer))
            {
                for (int sent = 0; sent < count;) { sent += to.Send(buffer.AsSpan(sent, count - sent)); }
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // one of the two is gone
        }
    }
}
