using Inro.Linux;
using Inro.Linux.Sockets;
using Microsoft.Win32.SafeHandles;

namespace Inro.Runtime.Launch;

/// <summary>The operations behind a gate, so that another process than the creator can name the one that failed.</summary>
/// <param name="Total">Operations of the whole program.</param>
/// <param name="FirstNumber">Number of the first one behind the gate, from 1.</param>
/// <param name="Titles">What each is called.</param>
public sealed record GateTail(int Total, int FirstNumber, IReadOnlyList<string> Titles);

/// <summary>Opens a <see cref="GateKind.Listener"/> gate from any process that may connect to its socket.</summary>
public static class LaunchGate
{
    /// <summary>Opens the gate and waits until the process behind it has become the program.</summary>
    /// <param name="socketPath">Where the creator let the gate's socket listen.</param>
    /// <param name="pid">The process, as this process counts.</param>
    /// <param name="startTime">Its start time, so that another process with the same pid is not taken for it.</param>
    /// <param name="tail">From <see cref="LaunchProgram.BehindGate"/>.</param>
    /// <param name="patience">How long the process may be silent.</param>
    /// <param name="listener">Gets the notification descriptor of a filter that has one.</param>
    /// <exception cref="LinuxException">ENOENT, ECONNREFUSED: nobody stands at the gate any more.</exception>
    /// <exception cref="LaunchException">It failed behind the gate. It has ended or is ending; the caller cleans up.</exception>
    public static void Open(string socketPath, int pid, ulong startTime, GateTail tail, TimeSpan patience, Action<SyncExchange>? listener = null)
    {
        using SeqPacketSocket gate = SeqPacketSocket.Connect(socketPath);
        gate.Send("go"u8);
        Span<byte> buffer = stackalloc byte[LaunchMessage.Bytes];
        bool announced = false;
        while (true)
        {
            List<SafeFileHandle> descriptors = [];
            int length = gate.Receive(buffer, patience, descriptors);
            using var exchange = new SyncExchange(pid, [], [.. descriptors]);
            if (length < 0) { throw Failure(tail, null, Errno.ETIMEDOUT, $"timed out: the process was silent for {patience.TotalSeconds} s"); }
            if (length == 0) { break; }
            LaunchMessage message = LaunchMessage.Parse(buffer[..length]);
            announced |= message.Kind == MessageKind.Announced;
            if (message.Kind == MessageKind.Sync) { Answer(gate, message.Index, exchange, listener); }

            if (message.Kind == MessageKind.Failed)
            {
                throw Failure(tail, Operation(tail, message.Index), (Errno)message.Error, message.SpawnEnd);
            }
        }

        // Gone: it ran, ended, and was waited for by its parent, or it died before exec, and the parent knows.
        bool executed = ExecWitness.HasExecuted(pid, startTime) ?? true;
        if (!announced || !executed)
        {
            throw Failure(tail, null, Errno.None, "the process ended before it became the program");
        }
    }

    // What the handler throws ends the launch: the gate's connection closes, and with it the process.
    private static void Answer(SeqPacketSocket gate, int index, SyncExchange exchange, Action<SyncExchange>? listener)
    {
        if (listener is null) { throw new InvalidDataException("the walker asks for what nobody can answer behind its gate"); }

        listener(exchange);
        Span<byte> head = stackalloc byte[LaunchAnswer.HeadBytes];
        LaunchAnswer.Write(head, index, exchange);
        gate.Send(head);
    }

    private static LaunchOperation? Operation(GateTail tail, int index)
    {
        int position = index + 1 - tail.FirstNumber;
        return position >= 0 && position < tail.Titles.Count
            ? new LaunchOperation(index + 1, LaunchOperationKind.Call, tail.Titles[position], "", Step: null, Call: null)
            : null;
    }

    private static LaunchException Failure(GateTail tail, LaunchOperation? operation, Errno errno, string? detail) =>
        new(new LaunchFailure { Operation = operation, Total = tail.Total, Errno = errno, Detail = detail });
}
