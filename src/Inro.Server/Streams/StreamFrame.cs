using System.Buffers.Binary;

namespace Inro.Server.Streams;

/// <summary>The eight bytes before each piece of a multiplexed stream: which stream, three zeros, the length (big-endian).</summary>
internal static class StreamFrame
{
    /// <summary>Length of the head.</summary>
    public const int HeadBytes = 8;

    /// <summary>Standard output.</summary>
    public const byte Stdout = 1;

    /// <summary>Standard error.</summary>
    public const byte Stderr = 2;

    /// <summary>Writes the head.</summary>
    public static void WriteHead(Span<byte> head, byte stream, int length)
    {
        head[..HeadBytes].Clear();
        head[0] = stream;
        BinaryPrimitives.WriteInt32BigEndian(head[4..], length);
    }
}
