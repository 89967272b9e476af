using System.Globalization;
using System.Text;

namespace Inro.Images.Archives;

/// <summary>Writes the tar of an image archive: plain files and directories without an owner and without a time, so that the same content is the same bytes.</summary>
/// <remarks>Source: POSIX.1-2001 pax interchange format.</remarks>
/// <param name="output">Written front to back; owned by the caller.</param>
internal sealed class ArchiveTar(Stream output)
{
    private const int BlockBytes = 512;
    private const int NameBytes = 100;
    private const long MostOctal = 0x1_FFFF_FFFF; // eleven octal digits
    private const int EndBlocks = 2;
    private const uint FileMode = 0x1A4; // 0644
    private const uint DirectoryMode = 0x1ED; // 0755
    private const byte File = (byte)'0';
    private const byte DirectoryType = (byte)'5';
    private const byte PaxHeader = (byte)'x';

    private readonly byte[] block = new byte[BlockBytes];

    /// <summary>A directory.</summary>
    public void Directory(string path) => Header(Encoding.UTF8.GetBytes(path + "/"), DirectoryType, DirectoryMode, 0);

    /// <summary>A small file.</summary>
    public void Write(string path, ReadOnlySpan<byte> bytes)
    {
        Begin(path, bytes.Length);
        output.Write(bytes);
        End(bytes.Length);
    }

    /// <summary>The header of a file whose bytes the caller writes.</summary>
    public void Begin(string path, long size)
    {
        byte[] name = Encoding.UTF8.GetBytes(path);
        if (name.Length > NameBytes || size > MostOctal) { Pax(name, size); }

        Header(name, File, FileMode, size);
    }

    /// <summary>What fills a file's last block.</summary>
    public void End(long size)
    {
        int rest = (int)(size % BlockBytes);
        if (rest == 0) { return; }

        Array.Clear(block);
        output.Write(block, 0, BlockBytes - rest);
    }

    /// <summary>The end of the archive.</summary>
    public void Finish()
    {
        Array.Clear(block);
        for (int i = 0; i < EndBlocks; i++) { output.Write(block); }
    }

    private void Pax(byte[] name, long size)
    {
        List<byte> records = [];
        if (name.Length > NameBytes) { Record(records, "path", name); }

        if (size > MostOctal) { Record(records, "size", Encoding.ASCII.GetBytes(size.ToString(CultureInfo.InvariantCulture))); }

        Header("PaxHeaders/long"u8, PaxHeader, FileMode, records.Count);
        output.Write([.. records]);
        End(records.Count);
    }

    /// <summary>A record begins with its own length, digits of the length included.</summary>
    private static void Record(List<byte> records, string key, ReadOnlySpan<byte> value)
    {
        int rest = key.Length + value.Length + 3;
        int length = rest + Digits(rest);
        if (rest + Digits(length) != length) { length++; }

        records.AddRange(Encoding.ASCII.GetBytes($"{length} {key}="));
        records.AddRange(value);
        records.Add((byte)'\n');
    }

    private static int Digits(int number) => number.ToString(CultureInfo.InvariantCulture).Length;

    private void Header(ReadOnlySpan<byte> name, byte type, uint mode, long size)
    {
        Array.Clear(block);
        name[..Math.Min(name.Length, NameBytes)].CopyTo(block);
        Octal(block.AsSpan(100, 8), mode);
        Octal(block.AsSpan(108, 8), 0);
        Octal(block.AsSpan(116, 8), 0);
        Octal(block.AsSpan(124, 12), size > MostOctal ? 0 : size);
        Octal(block.AsSpan(136, 12), 0);
        block[156] = type;
        "ustar\000"u8.CopyTo(block.AsSpan(257));
        Seal();
        output.Write(block);
    }

    private void Seal()
    {
        Span<byte> field = block.AsSpan(148, 8);
        field.Fill((byte)' ');
        long sum = 0;
        foreach (byte b in block) { sum += b; }

        Octal(field[..7], sum);
    }

    private static void Octal(Span<byte> field, long value)
    {
        for (int i = field.Length - 2; i >= 0; i--)
        {
            field[i] = (byte)('0' + (value & 7));
            value >>= 3;
        }

        field[^1] = 0;
    }
}
