namespace Inro.Engine.Logs;

/// <summary>One file of a log, read forward record by record.</summary>
internal sealed class LogSegment : IDisposable
{
    private const int ReadBytes = 128 * 1024;

    private readonly ILogEncoding encoding;
    private byte[] scratch = [];
    private byte[] buffer = [];
    private int start;
    private int filled;
    private bool isDamaged;

    /// <summary>Reads a file from its start; takes ownership.</summary>
    public LogSegment(ILogBytes bytes, ILogEncoding encoding)
    {
        Bytes = bytes;
        this.encoding = encoding;
    }

    /// <summary>The file.</summary>
    public ILogBytes Bytes { get; }

    /// <summary>Where the next record begins.</summary>
    public long Offset { get; private set; }

    /// <summary>Bytes up to the end of the last record that is whole.</summary>
    public static long WholeBytes(ILogBytes bytes, ILogEncoding encoding)
    {
        LogSegment segment = new(bytes, encoding); // the file stays its owner's
        while (segment.TryRead(out _)) { }

        return segment.Offset;
    }

    /// <summary>Whether both are the same file of the log, one of them perhaps compressed.</summary>
    public bool IsSame(LogSegment other) => Bytes is PlainLog ours && other.Bytes is PlainLog theirs ? ours.IsSame(theirs) : Bytes.Identity == other.Bytes.Identity;

    /// <summary>Reads the next record; false: none is whole (yet).</summary>
    public bool TryRead(out LogRecord record)
    {
        record = default;
        if (buffer.Length == 0) // a log may have a thousand files, of which one is read
        {
            scratch = GC.AllocateUninitializedArray<byte>(encoding.MaxRecordBytes);
            buffer = GC.AllocateUninitializedArray<byte>(ReadBytes + encoding.MaxRecordBytes);
        }

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

    public void Dispose() => Bytes.Dispose();

    private bool Fill()
    {
        buffer.AsSpan(start, filled - start).CopyTo(buffer);
        filled -= start;
        start = 0;
        int count = Bytes.ReadAt(buffer.AsSpan(filled), Offset + filled);
        filled += count;
        return count > 0;
    }
}
