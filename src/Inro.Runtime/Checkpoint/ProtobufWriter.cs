using System.Buffers;
using System.Text;

namespace Inro.Runtime.Checkpoint;

/// <summary>Writes fields in the wire form of protocol buffers, as far as criu's requests need it: numbers, texts and messages.</summary>
/// <remarks>Source: protobuf.dev, "Encoding". Why it is written by hand: docs/decisions/0012-criu-by-hand.md.</remarks>
internal sealed class ProtobufWriter
{
    private const int VarintType = 0;
    private const int BytesType = 2;
    private const int TypeBits = 3;
    private const byte More = 0x80;

    private readonly ArrayBufferWriter<byte> buffer = new(1024);

    /// <summary>What was written.</summary>
    public ReadOnlySpan<byte> Bytes => buffer.WrittenSpan;

    /// <summary>A number that is not negative.</summary>
    public ProtobufWriter Number(int field, uint value)
    {
        Varint(((uint)field << TypeBits) | VarintType);
        Varint(value);
        return this;
    }

    /// <summary>A truth value; false is left out: all of criu's are optional, and false where they are missing.</summary>
    public ProtobufWriter Flag(int field, bool value) => value ? Number(field, 1) : this;

    /// <summary>A text; null is left out.</summary>
    public ProtobufWriter Text(int field, string? value) => value is null ? this : Block(field, Encoding.UTF8.GetBytes(value));

    /// <summary>A message within.</summary>
    public ProtobufWriter Message(int field, ProtobufWriter content) => Block(field, content.Bytes);

    private ProtobufWriter Block(int field, ReadOnlySpan<byte> bytes)
    {
        Varint(((uint)field << TypeBits) | BytesType);
        Varint((uint)bytes.Length);
        buffer.Write(bytes);
        return this;
    }

    private void Varint(uint value)
    {
        Span<byte> bytes = stackalloc byte[5];
        int length = 0;
        for (; value >= More; value >>= 7) { bytes[length++] = (byte)(value | More); }

        bytes[length++] = (byte)value;
        buffer.Write(bytes[..length]);
    }
}
