using System.Globalization;

namespace Inro.Images.Layers.Tar;

public sealed partial class TarReader
{
    private long entryOffset;
    private long contentAt;
    private int run;
    private long runDone;
    private List<SparseRun>? runs;

    /// <summary>The next piece of the current entry's content and where it belongs in the file; false at its end.</summary>
    /// <param name="offset">Where in the file the piece belongs; holes are what no piece covers.</param>
    /// <param name="piece">Bytes, valid until the next call on this reader.</param>
    public bool TryReadContent(out long offset, out ReadOnlySpan<byte> piece)
    {
        offset = 0;
        piece = default;
        if (stored == 0) { return false; }

        long max = stored;
        offset = contentAt;
        if (runs is not null)
        {
            while (runDone == runs[run].Length) { run++; runDone = 0; } // the runs' lengths sum up to what is stored: this ends

            max = runs[run].Length - runDone;
            offset = runs[run].Offset + runDone;
        }

        piece = Take(max, entryOffset).Span;
        stored -= piece.Length;
        contentAt += piece.Length;
        runDone += piece.Length;
        return true;
    }

    private TarEntry ReadEntry(in TarHeader header, TarExtensions extensions, long start, long offset)
    {
        byte type = header.TypeFlag;
        byte[] name = extensions.SparseName ?? extensions.Name ?? header.Name;
        TarEntryKind kind = KindOf(type, name, offset);
        byte[] linkName = kind is TarEntryKind.HardLink or TarEntryKind.SymbolicLink ? extensions.LinkName ?? header.LinkName : [];
        CheckNames(kind, name, linkName, offset);
        long size = extensions.Size ?? header.Size;
        bool hasData = kind == TarEntryKind.File || type == (byte)'D';
        stored = hasData ? size : 0;
        padding = Padded(stored, offset) - stored;
        entryOffset = start;
        (uint user, uint group) = (Id(extensions.UserId ?? header.UserId, "uid", offset), Id(extensions.GroupId ?? header.GroupId, "gid", offset));
        (uint major, uint minor) = kind is TarEntryKind.CharacterDevice or TarEntryKind.BlockDevice ? (header.DeviceMajor, header.DeviceMinor) : (0u, 0u);

        var entry = new TarEntry
        {
            Kind = kind,
            Name = name,
            LinkName = linkName,
            Mode = header.Mode,
            UserId = user,
            GroupId = group,
            Modified = extensions.Modified ?? header.Modified,
            Accessed = extensions.Accessed,
            DeviceMajor = major,
            DeviceMinor = minor,
            Attributes = extensions.Attributes,
            Offset = start,
        };
        long length = stored;
        runs = kind == TarEntryKind.File ? ReadRuns(header, extensions, offset, ref length) : null;
        if (type == (byte)'D') { SkipContent(); } // GNU's list of a directory's names

        contentAt = 0;
        run = 0;
        runDone = 0;
        return entry with { Size = kind == TarEntryKind.File ? length : 0, Sparse = runs, DataOffset = position, StoredSize = stored };
    }

    /// <summary>The runs of a sparse file in any of four formats; null for a plain file. What a map in the data takes is gone from the content.</summary>
    private List<SparseRun>? ReadRuns(in TarHeader header, TarExtensions extensions, long offset, ref long length)
    {
        List<SparseRun>? found = null;
        if (header.TypeFlag == (byte)'S')
        {
            found = [];
            length = header.OldSparseSize;
            for (bool more = header.ReadOldSparse(found); more; more = block[504] != 0)
            {
                ReadExactly(block, offset);
                TarHeader.ReadRuns(block.AsSpan(0, 21 * 24), found, offset);
            }
        }
        else if (extensions.SparseMapInData && extensions.SparseSize is { } real)
        {
            length = real;
            found = ReadMapFromData(offset);
        }
        else if (extensions.SparseRuns is not null && extensions.SparseSize is { } size)
        {
            length = size;
            found = extensions.SparseRuns;
        }

        if (found is not null) { CheckRuns(found, length, offset); }

        return found;
    }

    /// <summary>Format 1.0: the number of runs, then their offsets and lengths, each a decimal line, padded to a block.</summary>
    private List<SparseRun> ReadMapFromData(long offset)
    {
        List<SparseRun> found = [];
        int at = TarLimits.BlockBytes;
        long count = ReadLine(offset, ref at);
        if (count > TarLimits.MaxSparseRuns) { throw new TarFormatException(offset, $"a sparse file has more than {TarLimits.MaxSparseRuns} runs"); }

        for (long i = 0; i < count; i++)
        {
            long start = ReadLine(offset, ref at);
            found.Add(new SparseRun(start, ReadLine(offset, ref at)));
        }

        return found;
    }

    private long ReadLine(long offset, ref int at)
    {
        long value = 0;
        for (int digits = 0; ; digits++, at++)
        {
            if (at == TarLimits.BlockBytes)
            {
                if (stored < TarLimits.BlockBytes) { throw new TarFormatException(offset, "a sparse map does not fit its entry"); }

                ReadExactly(block, offset);
                stored -= TarLimits.BlockBytes;
                at = 0;
            }

            byte c = block[at];
            if (c == (byte)'\n' && digits > 0)
            {
                at++;
                return value;
            }

            if (c is < (byte)'0' or > (byte)'9' || value > TarLimits.MaxFileBytes) { throw new TarFormatException(offset, "a sparse map holds something else than numbers"); }

            value = (value * 10) + (c - '0');
        }
    }

    /// <summary>Runs come in order, do not overlap, lie in the file, and together are what is stored.</summary>
    private void CheckRuns(List<SparseRun> found, long length, long offset)
    {
        long end = 0;
        long sum = 0;
        foreach (SparseRun piece in found)
        {
            if (piece.Length < 0 || piece.Offset < end || piece.Length > TarLimits.MaxFileBytes || piece.Offset > TarLimits.MaxFileBytes)
            {
                throw new TarFormatException(offset, "the runs of a sparse file overlap or are out of order");
            }

            end = piece.Offset + piece.Length;
            sum += piece.Length;
        }

        if (length is < 0 or > TarLimits.MaxFileBytes || end > length || sum != stored)
        {
            throw new TarFormatException(offset, "the runs of a sparse file do not fit its size");
        }
    }

    private static TarEntryKind KindOf(byte type, byte[] name, long offset) => type switch
    {
        // before ustar a directory was a file whose name ends with a slash
        0 or (byte)'0' when name.Length > 0 && name[^1] == (byte)'/' => TarEntryKind.Directory,
        0 or (byte)'0' or (byte)'7' or (byte)'S' => TarEntryKind.File,
        (byte)'1' => TarEntryKind.HardLink,
        (byte)'2' => TarEntryKind.SymbolicLink,
        (byte)'3' => TarEntryKind.CharacterDevice,
        (byte)'4' => TarEntryKind.BlockDevice,
        (byte)'5' or (byte)'D' => TarEntryKind.Directory,
        (byte)'6' => TarEntryKind.Fifo,
        _ => throw new TarFormatException(offset, string.Create(CultureInfo.InvariantCulture, $"an entry of the unknown type 0x{type:x2}")),
    };

    private static void CheckNames(TarEntryKind kind, byte[] name, byte[] linkName, long offset)
    {
        if (name.Length == 0) { throw new TarFormatException(offset, "an entry has no name"); }

        bool link = kind is TarEntryKind.HardLink or TarEntryKind.SymbolicLink;
        if (link && linkName.Length == 0) { throw new TarFormatException(offset, "a link leads nowhere"); }
    }

    // the largest value stands for "no change" in the kernel's calls
    private static uint Id(long id, string field, long offset) =>
        id is >= 0 and < uint.MaxValue ? (uint)id : throw new TarFormatException(offset, $"the {field} {id} is out of range");
}
