using System.Buffers.Binary;
using System.Text;

namespace Inro.Runtime.Systemd.Bus;

/// <summary>Reads a message's bytes in order. What does not fit together is an <see cref="InvalidDataException"/>.</summary>
internal ref struct BusReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _at;

    public readonly bool IsAtEnd => _at >= _bytes.Length;

    public void Align(int to) => Take((to - (_at % to)) % to);

    public byte Byte() => Take(1)[0];

    public uint UInt32()
    {
        Align(4);
        return BinaryPrimitives.ReadUInt32LittleEndian(Take(4));
    }

    /// <summary>A string or an object path.</summary>
    public string Text() => Ended(UInt32());

    public string Signature() => Ended(Byte());

    private string Ended(uint length)
    {
        if (length >= (uint)_bytes.Length) { throw new InvalidDataException("a D-Bus message is shorter than a text in it"); }

        string text = Encoding.UTF8.GetString(Take((int)length));
        Take(1);
        return text;
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _bytes.Length - _at) { throw new InvalidDataException("a D-Bus message is shorter than it says"); }

        _at += count;
        return _bytes.Slice(_at - count, count);
    }
}
