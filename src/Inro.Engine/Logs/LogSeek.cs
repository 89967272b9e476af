namespace Inro.Engine.Logs;

/// <summary>Finds where in a file the records of a time begin without reading what is before them.</summary>
internal static class LogSeek
{
    /// <summary>Bytes that are read through rather than searched.</summary>
    private const int NearBytes = 256 * 1024;

    /// <summary>Positions <paramref name="segment"/> so that no record of this time or later is passed over.</summary>
    public static void ToTime(LogSegment segment, ILogEncoding encoding, long timeNanoseconds)
    {
        long start = segment.Bytes switch
        {
            PackedLog packed => packed.StartOf(timeNanoseconds),
            { Size: <= NearBytes } => 0,
            var plain when encoding.HasMarks => ByMarks(plain, encoding, timeNanoseconds),
            var plain => ByHalves(plain, encoding, timeNanoseconds),
        };
        segment.Seek(start);
    }

    /// <summary>Walks back from the end to the last mark; null: there is none.</summary>
    public static LogMark? LastMark(ILogBytes bytes, ILogEncoding encoding, long end)
    {
        byte[] window = new byte[Math.Min(end, 2 * LogMark.EveryBytes)];
        long windowStart = end - window.Length;
        int at = bytes.ReadAt(window, windowStart);
        while (at > 0)
        {
            int start = encoding.LastRecordStart(window.AsSpan(0, at));
            if (start < 0) { return null; }

            if (encoding.TryReadMark(window.AsSpan(start, at - start), out LogMark mark)) { return mark with { Offset = windowStart + start }; }

            at = start;
        }

        return null;
    }

    private static long ByMarks(ILogBytes bytes, ILogEncoding encoding, long timeNanoseconds)
    {
        byte[] frame = new byte[LogMark.MaxBytes];
        LogMark? found = LastMark(bytes, encoding, LogTail.WholeEnd(bytes, encoding));
        while (found is { } mark && mark.Latest >= timeNanoseconds)
        {
            if (mark.Previous < 0 || mark.Previous >= mark.Offset) { return 0; }

            int count = bytes.ReadAt(frame, mark.Previous);
            found = encoding.TryReadMark(frame.AsSpan(0, count), out LogMark before) ? before with { Offset = mark.Previous } : null;
        }

        return found?.Offset ?? 0;
    }

    // Times grow along a file, unless the clock is set back: then what is found is the place where they would be.
    private static long ByHalves(ILogBytes bytes, ILogEncoding encoding, long timeNanoseconds)
    {
        byte[] window = new byte[2 * encoding.MaxRecordBytes];
        byte[] scratch = new byte[encoding.MaxRecordBytes];
        (long low, long high) = (0, bytes.Size);
        while (high - low > NearBytes)
        {
            long middle = low + ((high - low) / 2);
            int count = bytes.ReadAt(window, middle);
            int start = encoding.NextRecordStart(window.AsSpan(0, count));
            if (start < 0) { break; } // read through from what is known

            LogDecoding found = encoding.Decode(window.AsMemory(start, count - start), scratch, out LogRecord record, out _);
            if (found != LogDecoding.Record) { break; }

            if (record.TimeNanoseconds < timeNanoseconds) { low = middle + start; }
            else { high = middle; }
        }

        return low;
    }
}
