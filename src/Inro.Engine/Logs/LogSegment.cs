using Inro.Linux.Descriptors;
using Inro.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace Inro.Engine.Logs;

/// <summary>One file of a log, read forward record by record.</summary>
internal sealed class LogSegment : IDisposable
{
    private const int ReadBytes = 128 * 1024;
    private const string Subject = "log";

    private readonly SafeFileHandle file;
    private readonly ILogEncoding encoding;
    private readonly byte[] scratch;
    private readonly byte[] buffer;
    private int start;
    private int filled;
    private bool isDamaged;

    private LogSegment(SafeFileHandle file, ILogEncoding encoding)
    {
        this.file = file;
        this.encoding = encoding;
        scratch = GC.AllocateUninitializedArray<byte>(encoding.MaxRecordBytes);
        buffer = GC.AllocateUninitializedArray<byte>(ReadBytes + encoding.MaxRecordBytes);
        Opened = FileDescriptor.Status(file, Subject);
    }

    /// <summary>The file, as it was when it was opened.</summary>
    public FileStatus Opened { get; }

    /// <summary>Where the next record begins.</summary>
    public long Offset { get; private set; }

    /// <summary>Opens a file; null: there is none of that name.</summary>
    public static LogSegment? TryOpen(string path, ILogEncoding encoding)
    {
        SafeFileHandle? found = Descriptor.OpenIfThere(path, OpenFlags.Read | OpenFlags.NoFollow);
        return found is null ? null : new LogSegment(found, encoding);
    }

    /// <summary>Bytes up to the end of the last record that is whole.</summary>
    public static long WholeBytes(string path, ILogEncoding encoding)
    {
        using LogSegment? segment = TryOpen(path, encoding);
        if (segment is null) { return 0; }

        while (segment.TryRead(out _)) { }

        return segment.Offset;
    }

    /// <summary>Reads the next record; false: none is whole (yet).</summary>
    public bool TryRead(out LogRecord record)
    {
        record = default;
        while (!isDamaged)
        {
            LogDecoding found = encoding.Decode(buffer.AsMemory(start, filled - start), scratch, out record, out int consumed);
            start += consumed;
            Offset += consumed;
            switch (found)
            {
                case LogDecoding.Record:
                    return true;
                case LogDecoding.Incomplete:
                    if (!Fill()) { return false; }

                    break;
                case LogDecoding.Damaged:
                    isDamaged = true;
                    break;
                default:
                    break;
            }
        }

        return false;
    }

    /// <summary>Goes on reading at a record's start.</summary>
    public void Seek(long offset)
    {
        Offset = offset;
        start = filled = 0;
        isDamaged = false;
    }

    /// <summary>The file's size now; less than <see cref="Offset"/> means that it was emptied.</summary>
    public long SizeNow() => FileDescriptor.Status(file, Subject).Size;

    /// <summary>Reads bytes at an offset, for walking backward.</summary>
    public int ReadAt(Span<byte> target, long offset) => FileDescriptor.ReadAt(file, target, offset, Subject);

    public void Dispose() => file.Dispose();

    private bool Fill()
    {
        buffer.AsSpan(start, filled - start).CopyTo(buffer);
        filled -= start;
        start = 0;
        int count = FileDescriptor.ReadAt(file, buffer.AsSpan(filled), Offset + filled, Subject);
        filled += count;
        return count > 0;
    }
}
