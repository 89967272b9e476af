using Inro.Images.Bytes;
using Inro.Linux.Descriptors;
using Inro.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace Inro.Engine.Logs;

/// <summary>A compressed file of a log, read as if it were plain. Holds one decompression, never a whole piece.</summary>
/// <remarks>Reading on is one pass; reading elsewhere begins at the start of the piece that holds the offset.</remarks>
internal sealed class PackedLog : ILogBytes
{
    private const string Subject = "log";
    private const int SkipBytes = 32 * 1024;

    private readonly SafeFileHandle file;
    private readonly PackedLogFormat format;
    private readonly PackedLogIndex index;
    private Stream? open;
    private int piece;
    private long position;

    private PackedLog(SafeFileHandle file, PackedLogFormat format, PackedLogIndex index)
    {
        this.file = file;
        this.format = format;
        this.index = index;
    }

    /// <inheritdoc/>
    public LogIdentity Identity => index.Identity;

    /// <inheritdoc/>
    public bool IsPacked => true;

    /// <inheritdoc/>
    public long Size => index.PlainBytes;

    /// <summary>Opens a file; null: there is none of that name, or it is none of ours.</summary>
    public static PackedLog? TryOpen(string path, PackedLogFormat format)
    {
        SafeFileHandle? found = Descriptor.OpenIfThere(path, OpenFlags.Read | OpenFlags.NoFollow);
        if (found is null) { return null; }

        PackedLogIndex? read = PackedLogIndex.Read(FileDescriptor.Status(found, path).Size, format, (count, offset) =>
        {
            byte[] bytes = new byte[count];
            return bytes[..FileDescriptor.ReadAt(found, bytes, offset, path)];
        });
        if (read is not null) { return new PackedLog(found, format, read); }

        found.Dispose();
        return null;
    }

    /// <summary>Start of the first piece that can hold a record of this time or later; the end: none can.</summary>
    public long StartOf(long timeNanoseconds)
    {
        foreach (PackedLogIndex.Piece one in index.Pieces)
        {
            if (one.Latest >= timeNanoseconds) { return one.PlainStart; }
        }

        return Size;
    }

    /// <inheritdoc/>
    public bool EndsBefore(long timeNanoseconds) => index.Latest < timeNanoseconds;

    /// <inheritdoc/>
    public int ReadAt(Span<byte> target, long offset)
    {
        int done = 0;
        try
        {
            while (done < target.Length && offset + done < Size)
            {
                int count = ReadSome(target[done..], offset + done);
                if (count == 0) { break; }

                done += count;
            }
        }
        catch (InvalidDataException) { Rest(); } // damaged: what came before it is still good

        return done;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Rest();
        file.Dispose();
    }

    /// <inheritdoc/>
    public void Rest()
    {
        open?.Dispose();
        open = null;
    }

    private int ReadSome(Span<byte> target, long offset)
    {
        PackedLogIndex.Piece held = index.Pieces[piece];
        bool goesOn = open is not null && position <= offset && offset < held.PlainStart + held.PlainBytes;
        if (!goesOn)
        {
            Rest();
            piece = PieceAt(offset);
            held = index.Pieces[piece];
            position = held.PlainStart;
            open = format.Unpack(new FileRangeStream(file, held.PackedStart, held.PackedBytes, owned: false));
        }

        Span<byte> passed = stackalloc byte[0];
        while (position < offset)
        {
            if (passed.IsEmpty) { passed = new byte[SkipBytes]; }

            int skipped = open!.Read(passed[..(int)Math.Min(passed.Length, offset - position)]); // opened above
            if (skipped == 0) { return 0; }

            position += skipped;
        }

        int count = open!.Read(target[..(int)Math.Min(target.Length, held.PlainStart + held.PlainBytes - position)]); // never more than the index says
        position += count;
        return count;
    }

    private int PieceAt(long offset)
    {
        int low = 0;
        for (int high = index.Pieces.Count - 1; low < high;)
        {
            int middle = (low + high + 1) / 2;
            if (index.Pieces[middle].PlainStart <= offset) { low = middle; }
            else { high = middle - 1; }
        }

        return low;
    }
}
