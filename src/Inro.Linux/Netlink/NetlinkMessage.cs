using System.Buffers.Binary;
using System.Text;

namespace Inro.Linux.Netlink;

/// <summary>One request to the kernel's routing socket, written front to back. See netlink(7), rtnetlink(7).</summary>
internal sealed class NetlinkMessage
{
    /// <summary>Bytes of struct nlmsghdr.</summary>
    public const int HeaderBytes = 16;

    private const int MaxBytes = 1024;
    private const int AttributeHeaderBytes = 4;

    private readonly byte[] buffer = new byte[MaxBytes];
    private int length = HeaderBytes;

    /// <param name="type">RTM_….</param>
    /// <param name="flags">NLM_F_….</param>
    /// <param name="sequence">By which the answers are known.</param>
    public NetlinkMessage(ushort type, ushort flags, uint sequence)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(buffer.AsSpan(4), type);
        BinaryPrimitives.WriteUInt16LittleEndian(buffer.AsSpan(6), flags);
        BinaryPrimitives.WriteUInt32LittleEndian(buffer.AsSpan(8), sequence);
    }

    /// <summary>The whole message.</summary>
    public ReadOnlySpan<byte> Bytes
    {
        get
        {
            BinaryPrimitives.WriteUInt32LittleEndian(buffer, (uint)length);
            return buffer.AsSpan(0, length);
        }
    }

    /// <summary>Room for the fixed part of a type, to be filled at once.</summary>
    public Span<byte> Body(int bytes)
    {
        Span<byte> body = buffer.AsSpan(length, bytes);
        length += Aligned(bytes);
        return body;
    }

    /// <summary>Appends an attribute.</summary>
    public void Attribute(ushort type, ReadOnlySpan<byte> value)
    {
        Span<byte> place = buffer.AsSpan(length, AttributeHeaderBytes + value.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(place, (ushort)place.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(place[2..], type);
        value.CopyTo(place[AttributeHeaderBytes..]);
        length += Aligned(place.Length);
    }

    /// <summary>Appends an attribute that is a number.</summary>
    public void Attribute(ushort type, uint value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        Attribute(type, bytes);
    }

    /// <summary>Appends an attribute that is text with a final zero.</summary>
    public void Attribute(ushort type, string text) => Attribute(type, [.. Encoding.UTF8.GetBytes(text), 0]);

    /// <summary>The next multiple of four.</summary>
    public static int Aligned(int bytes) => (bytes + 3) & ~3;
}

/// <summary>Walks the attributes of an answer; whatever does not fit ends the walk.</summary>
internal ref struct NetlinkAttributes(ReadOnlySpan<byte> bytes)
{
    private const int HeaderBytes = 4;
    private const ushort TypeMask = 0x3FFF; // the upper bits say nested, and which order of bytes

    private ReadOnlySpan<byte> rest = bytes;

    /// <summary>Type of the current attribute.</summary>
    public ushort Type { get; private set; }

    /// <summary>Value of the current attribute.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>Moves to the next attribute.</summary>
    public bool Next()
    {
        if (rest.Length < HeaderBytes) { return false; }

        int length = BinaryPrimitives.ReadUInt16LittleEndian(rest);
        if (length < HeaderBytes || length > rest.Length) { return false; }

        Type = (ushort)(BinaryPrimitives.ReadUInt16LittleEndian(rest[2..]) & TypeMask);
        Value = rest[HeaderBytes..length];
        rest = rest[Math.Min(NetlinkMessage.Aligned(length), rest.Length)..];
        return true;
    }
}
