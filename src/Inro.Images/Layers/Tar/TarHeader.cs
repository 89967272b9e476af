using Inro.Linux.Files;

namespace Inro.Images.Layers.Tar;

/// <summary>The fields of one header block.</summary>
/// <remarks>Source: POSIX.1-2017, pax, "ustar Interchange Format"; GNU tar's manual, "Basic Tar Format".</remarks>
internal readonly ref struct TarHeader(ReadOnlySpan<byte> block, long offset)
{
    private const int ChecksumStart = 148;
    private const int ChecksumLength = 8;

    private readonly ReadOnlySpan<byte> block = block;
    private readonly long offset = offset;

    public byte TypeFlag => block[156];

    public bool IsGnu => block.Slice(257, 8).SequenceEqual("ustar  \0"u8);

    private bool IsUstar => block.Slice(257, 6).SequenceEqual("ustar\0"u8);

    public uint Mode => (uint)(Number(100, 8, "mode") & 0xFFF);

    public long UserId => Number(108, 8, "uid");

    public long GroupId => Number(116, 8, "gid");

    public long Size => Number(124, 12, "size");

    public TimeSpec Modified => new() { Seconds = Number(136, 12, "mtime") };

    public byte[] LinkName => Text(157, 100);

    public uint DeviceMajor => Device(329);

    public uint DeviceMinor => Device(337);

    /// <summary>The name, with ustar's prefix where the format has it; GNU keeps other things there.</summary>
    public byte[] Name
    {
        get
        {
            byte[] name = Text(0, 100);
            if (!IsUstar) { return name; }

            byte[] prefix = Text(345, 155);
            return prefix.Length == 0 ? name : [.. prefix, (byte)'/', .. name];
        }
    }

    /// <summary>GNU's old sparse format: the file's length.</summary>
    public long OldSparseSize => Number(483, 12, "real size");

    /// <summary>GNU's old sparse format: the first four runs, and whether blocks with more follow.</summary>
    public bool ReadOldSparse(List<SparseRun> runs)
    {
        ReadRuns(block.Slice(386, 4 * 24), runs, offset);
        return block[482] != 0;
    }

    /// <summary>Reads runs of two numbers of twelve bytes each; an empty field ends them.</summary>
    public static void ReadRuns(ReadOnlySpan<byte> fields, List<SparseRun> runs, long offset)
    {
        for (int i = 0; i + 24 <= fields.Length && fields[i] != 0; i += 24)
        {
            if (!TarNumbers.TryField(fields.Slice(i, 12), out long start) || !TarNumbers.TryField(fields.Slice(i + 12, 12), out long length))
            {
                throw new TarFormatException(offset, "a sparse run is not a number");
            }

            if (runs.Count == TarLimits.MaxSparseRuns) { throw new TarFormatException(offset, $"a sparse file has more than {TarLimits.MaxSparseRuns} runs"); }

            runs.Add(new SparseRun(start, length));
        }
    }

    /// <summary>True where the sum of the bytes is right, counted as unsigned or, as some old programs did, as signed.</summary>
    public bool IsChecksumRight()
    {
        if (!TarNumbers.TryField(block.Slice(ChecksumStart, ChecksumLength), out long expected)) { return false; }

        long unsigned = ChecksumLength * ' ';
        long signed = unsigned;
        for (int i = 0; i < block.Length; i++)
        {
            if (i is >= ChecksumStart and < ChecksumStart + ChecksumLength) { continue; }

            unsigned += block[i];
            signed += (sbyte)block[i];
        }

        return expected == unsigned || expected == signed;
    }

    private long Number(int start, int length, string field) =>
        TarNumbers.TryField(block.Slice(start, length), out long value) ? value : throw new TarFormatException(offset, $"the field {field} is not a number");

    private uint Device(int start) =>
        IsUstar || IsGnu ? Number(start, 8, "device") is >= 0 and <= uint.MaxValue and var number ? (uint)number
            : throw new TarFormatException(offset, "a device number is out of range")
        : 0;

    private byte[] Text(int start, int length)
    {
        ReadOnlySpan<byte> field = block.Slice(start, length);
        int end = field.IndexOf((byte)0);
        return (end < 0 ? field : field[..end]).ToArray();
    }
}
