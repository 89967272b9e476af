using System.Buffers.Binary;
using System.Text;

namespace Inro.Runtime.Systemd.Bus;

/// <summary>Bytes of a message, little-endian. Positions count from a place that is a multiple of eight in the message.</summary>
internal sealed class BusWriter
{
    private byte[] _bytes = new byte[1024];
    private int _length;

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    /// <summary>Bytes to which a type that begins with <paramref name="type"/> is aligned.</summary>
    public static int AlignmentOf(char type) => type switch
    {
        'y' or 'g' or 'v' => 1,
        'n' or 'q' => 2,
        'x' or 't' or 'd' or '(' or '{' => 8,
        _ => 4,
    };

    public void Align(int to) => Take((to - (_length % to)) % to).Clear();

    public void Byte(byte value) => Take(1)[0] = value;

    public void UInt16(ushort value)
    {
        Align(2);
        BinaryPrimitives.WriteUInt16LittleEndian(Take(2), value);
    }

    public void UInt32(uint value)
    {
        Align(4);
        BinaryPrimitives.WriteUInt32LittleEndian(Take(4), value);
    }

    public void UInt64(ulong value)
    {
        Align(8);
        BinaryPrimitives.WriteUInt64LittleEndian(Take(8), value);
    }

    /// <summary>A string or an object path.</summary>
    public void Text(string text)
    {
        int length = Encoding.UTF8.GetByteCount(text);
        UInt32((uint)length);
        Encoding.UTF8.GetBytes(text, Take(length));
        Byte(0);
    }

    public void Signature(string types)
    {
        Byte(checked((byte)types.Length));
        Encoding.ASCII.GetBytes(types, Take(types.Length));
        Byte(0);
    }

    /// <summary>An array, whose elements <paramref name="body"/> writes.</summary>
    public void Array(int elementAlignment, Action body)
    {
        UInt32(0);
        int length = _length - 4;
        Align(elementAlignment);
        int start = _length;
        body();
        BinaryPrimitives.WriteUInt32LittleEndian(_bytes.AsSpan(length), (uint)(_length - start));
    }

    /// <summary>A variant that holds <paramref name="value"/>.</summary>
    public void Variant(BusValue value)
    {
        Signature(value.Type);
        Value(value);
    }

    public void Value(BusValue value)
    {
        switch (value.Type[0])
        {
            case 'y': Byte((byte)value.Content); break;
            case 'b': UInt32((bool)value.Content ? 1u : 0); break;
            case 'n': UInt16((ushort)(short)(long)value.Content); break;
            case 'i': UInt32((uint)(int)(long)value.Content); break;
            case 'x': UInt64((ulong)(long)value.Content); break;
            case 'q': UInt16((ushort)(ulong)value.Content); break;
            case 'u': UInt32((uint)(ulong)value.Content); break;
            case 't': UInt64((ulong)value.Content); break;
            case 'd': UInt64(BitConverter.DoubleToUInt64Bits((double)value.Content)); break;
            case 's' or 'o': Text((string)value.Content); break;
            case 'g': Signature((string)value.Content); break;
            case 'v': Variant((BusValue)value.Content); break;
            case 'a': Elements(value); break;
            default: Structure((IReadOnlyList<BusValue>)value.Content); break;
        }
    }

    private void Elements(BusValue value) => Array(AlignmentOf(value.Type[1]), () =>
    {
        if (value.Content is byte[] bytes) { bytes.CopyTo(Take(bytes.Length)); }
        else { foreach (BusValue element in (IReadOnlyList<BusValue>)value.Content) { Value(element); } }
    });

    private void Structure(IReadOnlyList<BusValue> members)
    {
        Align(8);
        foreach (BusValue member in members) { Value(member); }
    }

    private Span<byte> Take(int count)
    {
        if (_length + count > _bytes.Length) { System.Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + count)); }

        _length += count;
        return _bytes.AsSpan(_length - count, count);
    }
}
