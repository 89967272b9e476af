using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Inro.Engine.Health;

/// <summary>Checks that need no process in the container: <c>tcp:[HOST:]PORT</c> and <c>http:[//HOST[:PORT]]/PATH</c>.</summary>
/// <remarks>
/// Plain calls on the thread of the caller, which has joined the container's network namespace: nothing of it stays. The host is an
/// address, or is left out for 127.0.0.1; names would have to be resolved by the host's files. An answer of 200 to 399 is well.
/// </remarks>
public static class NetworkProbe
{
    private const string Tcp = "tcp:";
    private const string Http = "http:";
    private const int HttpPort = 80;
    private const int MaxAnswerBytes = 1024;
    private const int MicrosecondsPerMillisecond = 1000;

    /// <summary>True for a check that is one of these.</summary>
    public static bool Is(string command) => command.StartsWith(Tcp, StringComparison.Ordinal) || command.StartsWith(Http, StringComparison.Ordinal);

    /// <summary>Checks the notation.</summary>
    /// <exception cref="FormatException">It names no port, or a host that is no address.</exception>
    public static void Validate(string address) => _ = Parse(address);

    /// <summary>Makes the check.</summary>
    /// <param name="address">As written.</param>
    /// <param name="timeout">Longest time for all of it.</param>
    /// <returns>0 and what was found, 1 and why not, or -1 where the time ran out.</returns>
    public static (int ExitCode, string Output) Run(string address, TimeSpan timeout)
    {
        long deadline = Environment.TickCount64 + (long)timeout.TotalMilliseconds;
        try
        {
            (IPEndPoint end, string? path) = Parse(address);
            using var socket = new Socket(end.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
            Connect(socket, end, deadline);
            return path is null ? (0, $"{end} accepts connections") : Ask(socket, end, path, deadline);
        }
        catch (TimeoutException) { return (-1, string.Create(CultureInfo.InvariantCulture, $"no answer within {timeout.TotalSeconds} s")); }
        catch (Exception failure) when (failure is SocketException or FormatException) { return (1, failure.Message); }
    }

    private static void Connect(Socket socket, IPEndPoint end, long deadline)
    {
        try { socket.Connect(end); }
        catch (SocketException pending) when (pending.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress) { Await(socket, SelectMode.SelectWrite, deadline); }

        if ((int)socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)! is not 0 and var error) { throw new SocketException(error); }
    }

    private static (int ExitCode, string Output) Ask(Socket socket, IPEndPoint end, string path, long deadline)
    {
        byte[] request = Encoding.ASCII.GetBytes($"GET {path} HTTP/1.0\r\nHost: {end}\r\nUser-Agent: inro-health\r\nConnection: close\r\n\r\n");
        Await(socket, SelectMode.SelectWrite, deadline);
        socket.Send(request);
        byte[] answer = new byte[MaxAnswerBytes];
        int length = 0;
        while (length < answer.Length && !answer.AsSpan(0, length).Contains((byte)'\n'))
        {
            Await(socket, SelectMode.SelectRead, deadline);
            int count = socket.Receive(answer, length, answer.Length - length, SocketFlags.None);
            if (count == 0) { break; }

            length += count;
        }

        string line = Encoding.ASCII.GetString(answer, 0, length).Split('\n')[0].TrimEnd('\r');
        string[] words = line.Split(' ');
        bool isHttp = words.Length > 1 && words[0].StartsWith("HTTP/", StringComparison.Ordinal) && words[1].Length == 3;
        return isHttp && words[1][0] is '2' or '3' ? (0, line) : (1, isHttp ? line : $"{end} does not answer in HTTP");
    }

    private static void Await(Socket socket, SelectMode what, long deadline)
    {
        long left = deadline - Environment.TickCount64;
        if (left <= 0 || !socket.Poll((int)Math.Min(left * MicrosecondsPerMillisecond, int.MaxValue), what)) { throw new TimeoutException(); }
    }

    private static (IPEndPoint End, string? Path) Parse(string address)
    {
        if (address.StartsWith(Tcp, StringComparison.Ordinal)) { return (EndOf(address[Tcp.Length..].TrimStart('/'), defaultPort: 0), null); }

        string rest = address[Http.Length..];
        if (!rest.StartsWith("//", StringComparison.Ordinal)) { return (new IPEndPoint(IPAddress.Loopback, HttpPort), PathOf(rest)); }

        int slash = rest.IndexOf('/', 2);
        return (EndOf(slash < 0 ? rest[2..] : rest[2..slash], HttpPort), PathOf(slash < 0 ? "" : rest[slash..]));
    }

    private static IPEndPoint EndOf(string text, int defaultPort)
    {
        string host = text.Replace("localhost", "127.0.0.1", StringComparison.Ordinal);
        int port = defaultPort;
        int colon = host.LastIndexOf(':');
        bool isBare = colon < 0 && defaultPort == 0; // tcp:8080
        if ((colon >= 0 && !host.EndsWith(']')) || isBare)
        {
            if (!int.TryParse(host[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out port)) { throw new FormatException($"'{text}' names no port"); }

            host = isBare ? "" : host[..colon];
        }

        if (port is < 1 or > IPEndPoint.MaxPort) { throw new FormatException($"'{text}' names no port"); }

        if (host.Length == 0) { return new IPEndPoint(IPAddress.Loopback, port); }

        return IPAddress.TryParse(host.Trim('[', ']'), out IPAddress? found)
            ? new IPEndPoint(found, port)
            : throw new FormatException($"'{host}' is no address: a check without a process does not resolve names");
    }

    private static string PathOf(string text)
    {
        foreach (char c in text)
        {
            if (c is <= ' ' or > '~') { throw new FormatException("the path of a check has a character that must be percent-encoded"); }
        }

        return text.Length == 0 ? "/" : text[0] == '/' ? text : "/" + text;
    }
}
