using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Inro.Linux.Processes;

namespace Inro.Runtime.Launch;

/// <summary>What the walker can say.</summary>
internal enum MessageKind
{
    Failed = 1,
    Cloned = 2,
    AtGate = 3,
    Sync = 4,
    Announced = 5,
    Done = 6,
}

/// <summary>Head of a message from the walker; bytes of a sync follow it.</summary>
/// <param name="Index">The operation, from 0.</param>
/// <param name="Error">Of <see cref="MessageKind.Failed"/>: the errno, 0 for a spawned program that failed.</param>
/// <param name="Stage">How many clones lie behind the sender.</param>
/// <param name="Value">Pid of the clone; of a failed spawn how it ended: kind × 65536 + status.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct LaunchMessage(MessageKind Kind, int Index, int Error, int Stage, long Value, int Length)
{
    public const int Bytes = 32;

    /// <summary>How a spawned program ended that made the launch fail; null for every other failure.</summary>
    public string? SpawnEnd => Error == 0 && Value != 0 ? new ExitStatus((ExitKind)(Value >> 16), (int)(Value & 0xffff)).ToString() : null;

    /// <summary>Reads a head.</summary>
    /// <exception cref="InvalidDataException">Not from a walker of this version.</exception>
    public static LaunchMessage Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < Bytes) { throw new InvalidDataException($"the walker sent {bytes.Length} bytes"); }
        var message = new LaunchMessage(
            (MessageKind)BinaryPrimitives.ReadInt32LittleEndian(bytes),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[12..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]),
            BinaryPrimitives.ReadInt32LittleEndian(bytes[24..]));
        return message.Length == bytes.Length - Bytes ? message : throw new InvalidDataException("the walker's message has another length than it says");
    }
}

/// <summary>The host's answer to a sync: this head, then the bytes.</summary>
internal static class LaunchAnswer
{
    public const int HeadBytes = 16 + (LaunchFormat.MaxSyncItems * sizeof(long));

    /// <summary>Writes the head.</summary>
    public static void Write(Span<byte> head, int index, SyncExchange exchange)
    {
        head[..HeadBytes].Clear();
        BinaryPrimitives.WriteInt32LittleEndian(head, index);
        BinaryPrimitives.WriteInt32LittleEndian(head[4..], exchange.Answer.Length);
        BinaryPrimitives.WriteInt32LittleEndian(head[8..], exchange.AnswerValues.Count);
        BinaryPrimitives.WriteInt32LittleEndian(head[12..], exchange.AnswerDescriptors.Count);
        for (int i = 0; i < exchange.AnswerValues.Count; i++)
        {
            BinaryPrimitives.WriteInt64LittleEndian(head[(16 + (i * sizeof(long)))..], exchange.AnswerValues[i]);
        }
    }
}
