using System.Diagnostics;
using System.Text;
using Inro.Linux;
using Inro.Linux.Sockets;

namespace Inro.Runtime.Systemd.Bus;

/// <summary>A connection to a bus or a peer: one call at a time, and the signals that come meanwhile.</summary>
/// <remarks>Source: D-Bus specification, "Authentication Protocol" and "Message Bus Specification". Blocking; every wait has an end.</remarks>
internal sealed class BusConnection : IDisposable
{
    private const int MaxLineBytes = 4096;
    private const int MaxSignals = 1024;
    private const string Bus = "org.freedesktop.DBus";

    private readonly SeqPacketSocket _socket;
    private readonly string _name;
    private readonly TimeSpan _limit;
    private readonly Queue<BusMessage> _signals = [];
    private byte[] _buffer = new byte[4096];
    private int _length;
    private uint _serial;
    private long _deadline;

    private BusConnection(SeqPacketSocket socket, string name, TimeSpan limit)
    {
        _socket = socket;
        _name = name;
        _limit = limit;
    }

    /// <summary>Connects, says who we are, and is ready for calls.</summary>
    /// <param name="address">Where.</param>
    /// <param name="limit">For each call and each wait.</param>
    /// <exception cref="LinuxException">There is nobody, or this user may not.</exception>
    public static BusConnection Open(BusAddress address, TimeSpan limit)
    {
        var connection = new BusConnection(SeqPacketSocket.ConnectStream(address.Path), address.Path, limit);
        try
        {
            connection.Authenticate();
            if (!address.IsPeer) { connection.Call(Bus, "/org/freedesktop/DBus", Bus, "Hello", "", static _ => { }); }

            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Asks a bus for signals. A peer sends all of its own.</summary>
    public void Match(string rule) => Call(Bus, "/org/freedesktop/DBus", Bus, "AddMatch", "s", body => body.Text(rule));

    /// <summary>Calls a method and waits for its answer.</summary>
    /// <exception cref="BusException">The answer is an error.</exception>
    /// <exception cref="TimeoutException">There is none.</exception>
    public BusMessage Call(string destination, string path, string @interface, string member, string types, Action<BusWriter> body)
    {
        var writer = new BusWriter();
        body(writer);
        uint serial = ++_serial;
        Begin();
        _socket.Send(BusMessage.Call(serial, destination, path, @interface, member, types, writer.Written));
        while (true)
        {
            BusMessage message = Next(member);
            if (message.Kind == BusMessage.Signal && _signals.Count < MaxSignals) { _signals.Enqueue(message); }
            if (message.ReplyTo != serial || message.Kind is not (BusMessage.MethodReturn or BusMessage.Error)) { continue; }
            if (message.Kind == BusMessage.MethodReturn) { return message; }

            throw new BusException(message.ErrorName, message.Types.StartsWith('s') ? new BusReader(message.Body).Text() : "");
        }
    }

    /// <summary>Waits for a signal; those that came during calls are looked at first.</summary>
    /// <exception cref="TimeoutException">It does not come.</exception>
    public BusMessage Wait(string member, Func<BusMessage, bool> isIt)
    {
        Begin();
        while (true)
        {
            BusMessage message = _signals.TryDequeue(out BusMessage? earlier) ? earlier : Next(member);
            if (message.Kind == BusMessage.Signal && message.Member == member && isIt(message)) { return message; }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    // Without an identity of ours, the other end takes what the kernel says of the socket: that is right in a user namespace, too.
    // All in one piece, and no call before the answer: systemd does not look again at a call that came together with BEGIN.
    private void Authenticate()
    {
        Begin();
        _socket.Send("\0AUTH EXTERNAL\r\nDATA\r\nBEGIN\r\n"u8);
        string answer = Line();
        if (answer.StartsWith("DATA", StringComparison.Ordinal)) { answer = Line(); }

        if (!answer.StartsWith("OK", StringComparison.Ordinal)) { throw new LinuxException("connect", $"{_name}: {answer}", Errno.EACCES); }
    }

    private void Begin() => _deadline = Stopwatch.GetTimestamp() + (long)(_limit.TotalSeconds * Stopwatch.Frequency);

    private string Line()
    {
        int end;
        while ((end = _buffer.AsSpan(0, _length).IndexOf("\r\n"u8)) < 0)
        {
            if (_length > MaxLineBytes) { throw new InvalidDataException($"{_name} does not speak D-Bus"); }

            Fill("authentication");
        }

        string line = Encoding.ASCII.GetString(_buffer, 0, end);
        Drop(end + 2);
        return line;
    }

    private BusMessage Next(string what)
    {
        while (_length < BusMessage.FixedBytes) { Fill(what); }

        int length = BusMessage.LengthOf(_buffer);
        while (_length < length) { Fill(what); }

        BusMessage message = BusMessage.Parse(_buffer.AsSpan(0, length));
        Drop(length);
        return message;
    }

    private void Fill(string what)
    {
        if (_length == _buffer.Length) { Array.Resize(ref _buffer, _buffer.Length * 2); }

        double left = Math.Max(0, (_deadline - Stopwatch.GetTimestamp()) / (double)Stopwatch.Frequency);
        int received = _socket.Receive(_buffer.AsSpan(_length), TimeSpan.FromSeconds(left));
        _length += received switch
        {
            > 0 => received,
            0 => throw new LinuxException("recvmsg", _name, Errno.ECONNRESET),
            _ => throw new TimeoutException($"{_name} did not answer within {_limit.TotalSeconds:0.#} s ({what})"),
        };
    }

    private void Drop(int count)
    {
        _buffer.AsSpan(count, _length - count).CopyTo(_buffer);
        _length -= count;
    }
}
