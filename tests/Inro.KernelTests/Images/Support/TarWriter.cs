using System.Globalization;
using System.Text;

namespace Inro.KernelTests.Images.Support;

/// <summary>Writes tar archives byte by byte, the odd kinds too. Same input, same bytes.</summary>
public sealed class TarWriter
{
    private readonly MemoryStream output = new();

    public TarWriter Directory(string name, uint mode = 0x1ED, long uid = 0, long gid = 0, long mtime = 1_600_000_000, Dictionary<string, byte[]>? pax = null) =>
        Entry((byte)'5', Bytes(name.TrimEnd('/') + "/"), [], mode, uid, gid, mtime, [], pax);

    public TarWriter File(string name, string content, uint mode = 0x1A4, long uid = 0, long gid = 0, long mtime = 1_600_000_000, Dictionary<string, byte[]>? pax = null) =>
        Entry((byte)'0', Bytes(name), [], mode, uid, gid, mtime, Bytes(content), pax);

    public TarWriter File(byte[] name, byte[] content, uint mode = 0x1A4, Dictionary<string, byte[]>? pax = null) =>
        Entry((byte)'0', name, [], mode, 0, 0, 1_600_000_000, content, pax);

    public TarWriter Symlink(string name, string target, long uid = 0, long gid = 0, long mtime = 1_600_000_000, Dictionary<string, byte[]>? pax = null) =>
        Entry((byte)'2', Bytes(name), Bytes(target), 0x1FF, uid, gid, mtime, [], pax);

    /// <summary>What it says of the file is the file's own: some programs take it for that.</summary>
    public TarWriter HardLink(string name, string target, uint mode = 0x1A4, long uid = 0, long gid = 0) => Entry((byte)'1', Bytes(name), Bytes(target), mode, uid, gid, 1_600_000_000, [], null);

    public TarWriter Device(string name, char kind, uint major, uint minor, uint mode = 0x1B6) =>
        Entry((byte)(kind == 'c' ? '3' : '4'), Bytes(name), [], mode, 0, 0, 1_600_000_000, [], null, major, minor);

    public TarWriter Fifo(string name, uint mode = 0x1A4) => Entry((byte)'6', Bytes(name), [], mode, 0, 0, 1_600_000_000, [], null);

    /// <summary>GNU's way: the real name in an entry of its own before.</summary>
    public TarWriter GnuLongName(string name, string content)
    {
        Header((byte)'L', "././@LongLink"u8, default, 0, 0, 0, Encoding.UTF8.GetByteCount(name) + 1, 0, 0, 0, gnu: true);
        Data([.. Bytes(name), 0]);
        byte[] bytes = Bytes(content);
        Header((byte)'0', Bytes(name[..99]), default, 0x1A4, 0, 0, bytes.Length, 1_600_000_000, 0, 0, gnu: true);
        Data(bytes);
        return this;
    }

    /// <summary>One entry of any kind; numbers that octal cannot hold become base 256.</summary>
    public TarWriter Entry(byte type, byte[] name, byte[] link, uint mode, long uid, long gid, long mtime, byte[] content, Dictionary<string, byte[]>? pax, uint major = 0, uint minor = 0)
    {
        Dictionary<string, byte[]> records = pax is null ? [] : new(pax);
        if (name.Length > 100) { records.TryAdd("path", name); }

        if (link.Length > 100) { records.TryAdd("linkpath", link); }

        if (records.Count > 0) { Pax('x', records); }

        Header(type, name, link, mode, uid, gid, type is (byte)'0' ? content.Length : 0, mtime, major, minor, gnu: false);
        Data(content);
        return this;
    }

    public TarWriter Pax(char type, Dictionary<string, byte[]> records)
    {
        using var data = new MemoryStream();
        foreach ((string key, byte[] value) in records)
        {
            int rest = key.Length + value.Length + 3;
            int length = rest + rest.ToString(CultureInfo.InvariantCulture).Length;
            while (rest + length.ToString(CultureInfo.InvariantCulture).Length != length) { length++; }

            data.Write(Encoding.Latin1.GetBytes($"{length} {key}="));
            data.Write(value);
            data.WriteByte((byte)'\n');
        }

        Header((byte)type, "PaxHeaders/x"u8, default, 0x1A4, 0, 0, data.Length, 0, 0, 0, gnu: false);
        Data(data.ToArray());
        return this;
    }

    public TarWriter Raw(byte[] bytes)
    {
        output.Write(bytes);
        return this;
    }

    /// <summary>The archive with its two empty blocks.</summary>
    public byte[] ToArray() => [.. output.ToArray(), .. new byte[1024]];

    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>Puts the checksum into a header block.</summary>
    public static void Seal(Span<byte> block)
    {
        block.Slice(148, 8).Fill((byte)' ');
        int sum = 0;
        foreach (byte b in block) { sum += b; }

        Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ").CopyTo(block[148..]);
    }

    private void Header(byte type, ReadOnlySpan<byte> name, ReadOnlySpan<byte> link, uint mode, long uid, long gid, long size, long mtime, uint major, uint minor, bool gnu)
    {
        byte[] block = new byte[512];
        name[..Math.Min(name.Length, 100)].CopyTo(block);
        Number(block.AsSpan(100, 8), mode);
        Number(block.AsSpan(108, 8), uid);
        Number(block.AsSpan(116, 8), gid);
        Number(block.AsSpan(124, 12), size);
        Number(block.AsSpan(136, 12), mtime);
        block[156] = type;
        link[..Math.Min(link.Length, 100)].CopyTo(block.AsSpan(157));
        (gnu ? "ustar  \0"u8 : "ustar\000"u8).CopyTo(block.AsSpan(257));
        Number(block.AsSpan(329, 8), major);
        Number(block.AsSpan(337, 8), minor);
        Seal(block);
        output.Write(block);
    }

    private static void Number(Span<byte> field, long value)
    {
        string octal = value < 0 ? "" : Convert.ToString(value, 8);
        if (value >= 0 && octal.Length < field.Length)
        {
            Encoding.ASCII.GetBytes(octal.PadLeft(field.Length - 1, '0')).CopyTo(field);
            return;
        }

        for (int i = field.Length - 1; i >= 0; i--)
        {
            field[i] = (byte)value;
            value >>= 8;
        }

        field[0] |= 0x80;
    }

    private void Data(byte[] bytes)
    {
        output.Write(bytes);
        output.Write(new byte[(512 - (bytes.Length % 512)) % 512]);
    }
}
