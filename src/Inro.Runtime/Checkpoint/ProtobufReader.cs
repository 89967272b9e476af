using System.Buffers.Binary;
using System.Text;

namespace Inro.Runtime.Checkpoint;

/// <summary>Reads fields in the wire form of protocol buffers, one after the other; what is not asked for is passed over.</summary>
/// <remarks>Source: protobuf.dev, "Encoding".</remarks>
internal ref struct ProtobufReader(ReadOnlySpan<byte> message)
{
    private const int TypeBits = 3;
    private const int MaxVarintBytes = 10;

    private ReadOnlySpan<byte> rest = message;

    /// <summary>Number of the field that <see cref="Next"/> found.</summary>
    public int Field { get; private set; }

    /// <summary>Its value, where it is a number.</summary>
    public ulong Value { get; private set; }

    /// <summary>Its bytes, where it is a text or a message.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>The value as a truth value.</summary>
    public readonly bool Flag => Value != 0;

    /// <summary>The value as a 32-bit number; negative ones are written with ten bytes.</summary>
    public readonly int Number => unchecked((int)Value);

    /// <summary>The bytes as text.</summary>
    public readonly string Text => Encoding.UTF8.GetString(Bytes);

    /// <summary>Moves to the next field; false at the end.</summary>
    /// <exception cref="InvalidDataException">The message is cut off or not in this form.</exception>
    public bool Next()
    {
        if (rest.IsEmpty) { return false; }

        ulong key = Varint();
        Field = key >> TypeBits is > 0 and <= int.MaxValue and var number ? (int)number : throw Malformed();
        Value = 0;
        Bytes = default;
        switch (key & 7)
        {
            case 0: Value = Varint(); break;
            case 1: Value = BinaryPrimitives.ReadUInt64LittleEndian(Take(sizeof(ulong))); break;
            case 2:
                Bytes = Take(Varint());
                break;
            case 5: Value = BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint))); break;
            default: throw Malformed();
        }

        return true;
    }

    private ulong Varint()
    {
        ulong value = 0;
        for (int i = 0; i < MaxVarintBytes; i++)
        {
            byte next = Take(1)[0];
            value |= (ulong)(next & 0x7F) << (7 * i);
            if (next < 0x80) { return value; }
        }

        throw Malformed();
    }

    private ReadOnlySpan<byte> Take(ulong count)
    {
        if (count > (ulong)rest.Length) { throw Malformed(); }

        ReadOnlySpan<byte> taken = rest[..(int)count];
        rest = rest[(int)count..];
        return taken;
    }

    private static InvalidDataException Malformed() => new("a message is not in the form of protocol buffers");
}
