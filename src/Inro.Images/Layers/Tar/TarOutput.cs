using System.Globalization;
using System.Text;
using Inro.Linux.Files;

namespace Inro.Images.Layers.Tar;

/// <summary>Writes a tar archive; the same entries are the same bytes. What the old header has no room for goes into a PAX header before it.</summary>
/// <remarks>Source: POSIX.1-2001 pax interchange format; <c>SCHILY.xattr.</c> as GNU tar and others have it.</remarks>
/// <param name="output">Written front to back; owned by the caller.</param>
internal sealed class TarOutput(Stream output)
{
    private const int NameBytes = 100;
    private const long MostId = 0x1F_FFFF; // seven octal digits
    private const long MostOctal = 0x1_FFFF_FFFF; // eleven
    private const int EndBlocks = 2;
    private const uint PaxMode = 0x1A4; // 0644
    private const byte PaxType = (byte)'x';

    private readonly byte[] block = new byte[TarLimits.BlockBytes];
    private readonly List<byte> records = [];

    /// <summary>Writes an entry's headers. The content of a file, <see cref="TarEntry.Size"/> bytes, is written by the caller, who then calls <see cref="End"/>.</summary>
    public void Begin(TarEntry entry)
    {
        AddRecords(entry);
        if (records.Count > 0) { WriteRecords(); }

        Header(entry, entry.Name, Type(entry.Kind), entry.Kind == TarEntryKind.File ? entry.Size : 0);
    }

    /// <summary>Fills a file's last block.</summary>
    public void End(long size)
    {
        int rest = (int)(size % TarLimits.BlockBytes);
        if (rest == 0) { return; }

        Array.Clear(block);
        output.Write(block, 0, TarLimits.BlockBytes - rest);
    }

    /// <summary>Ends the archive.</summary>
    public void Finish()
    {
        Array.Clear(block);
        for (int i = 0; i < EndBlocks; i++) { output.Write(block); }
    }

    private void AddRecords(TarEntry entry)
    {
        records.Clear();
        if (entry.Name.Length > NameBytes) { Record("path"u8, entry.Name); }

        if (entry.LinkName.Length > NameBytes) { Record("linkpath"u8, entry.LinkName); }

        if (entry.Size > MostOctal) { Record("size"u8, Digits(entry.Size)); }

        if (entry.UserId > MostId) { Record("uid"u8, Digits(entry.UserId)); }

        if (entry.GroupId > MostId) { Record("gid"u8, Digits(entry.GroupId)); }

        if (entry.Modified.Nanoseconds != 0 || entry.Modified.Seconds is < 0 or > MostOctal) { Record("mtime"u8, Time(entry.Modified)); }

        foreach (TarAttribute attribute in entry.Attributes)
        {
            Record([.. "SCHILY.xattr."u8, .. attribute.Name.AsSpan(0, attribute.Name.Length - 1)], attribute.Value);
        }
    }

    /// <summary>A record begins with its own length, digits of the length included.</summary>
    private void Record(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        int rest = key.Length + value.Length + 3;
        int length = rest + Digits(rest).Length;
        if (rest + Digits(length).Length != length) { length++; }

        records.AddRange(Digits(length));
        records.Add((byte)' ');
        records.AddRange(key);
        records.Add((byte)'=');
        records.AddRange(value);
        records.Add((byte)'\n');
    }

    private void WriteRecords()
    {
        var header = new TarEntry { Kind = TarEntryKind.File, Name = [], LinkName = [], Mode = PaxMode };
        Header(header, "PaxHeaders/long"u8, PaxType, records.Count);
        output.Write([.. records]);
        End(records.Count);
    }

    private void Header(TarEntry entry, ReadOnlySpan<byte> name, byte type, long size)
    {
        Array.Clear(block);
        name[..Math.Min(name.Length, NameBytes)].CopyTo(block);
        Octal(block.AsSpan(100, 8), entry.Mode);
        Octal(block.AsSpan(108, 8), Held(entry.UserId, MostId));
        Octal(block.AsSpan(116, 8), Held(entry.GroupId, MostId));
        Octal(block.AsSpan(124, 12), Held(size, MostOctal));
        Octal(block.AsSpan(136, 12), Held(entry.Modified.Seconds, MostOctal));
        block[156] = type;
        entry.LinkName.AsSpan(0, Math.Min(entry.LinkName.Length, NameBytes)).CopyTo(block.AsSpan(157));
        "ustar\000"u8.CopyTo(block.AsSpan(257));
        if (entry.Kind is TarEntryKind.CharacterDevice or TarEntryKind.BlockDevice)
        {
            Octal(block.AsSpan(329, 8), entry.DeviceMajor);
            Octal(block.AsSpan(337, 8), entry.DeviceMinor);
        }

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

    private static long Held(long value, long most) => value < 0 || value > most ? 0 : value; // the PAX header has it

    private static byte Type(TarEntryKind kind) => kind switch
    {
        TarEntryKind.File => (byte)'0',
        TarEntryKind.HardLink => (byte)'1',
        TarEntryKind.SymbolicLink => (byte)'2',
        TarEntryKind.CharacterDevice => (byte)'3',
        TarEntryKind.BlockDevice => (byte)'4',
        TarEntryKind.Directory => (byte)'5',
        _ => (byte)'6',
    };

    private static byte[] Digits(long number) => Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture));

    /// <summary>Decimal seconds; a moment before 1970 counts down: half a second before it is <c>-0.5</c>, where the structure has -1 and a half.</summary>
    private static byte[] Time(TimeSpec time)
    {
        bool isBefore = time.Seconds < 0 && time.Nanoseconds > 0;
        long seconds = isBefore ? -(time.Seconds + 1) : time.Seconds;
        long part = isBefore ? 1_000_000_000 - time.Nanoseconds : time.Nanoseconds;
        string text = string.Create(CultureInfo.InvariantCulture, $"{(isBefore ? "-" : "")}{seconds}.{part:d9}").TrimEnd('0').TrimEnd('.');
        return Encoding.ASCII.GetBytes(text);
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
