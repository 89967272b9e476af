namespace Inro.Engine.Logs;

/// <summary>Finds where the last lines of a log begin by walking backward: the cost grows with the lines wanted, not with the log.</summary>
internal static class LogTail
{
    private const int WindowBytes = 256 * 1024;

    /// <summary>Positions <paramref name="segment"/> at the earliest of its last <paramref name="lines"/> lines.</summary>
    /// <param name="segment">A file of the log.</param>
    /// <param name="encoding">Its encoding.</param>
    /// <param name="selection">Lines of other streams do not count.</param>
    /// <param name="lines">Lines wanted.</param>
    /// <returns>Lines found, at most <paramref name="lines"/>.</returns>
    public static int Seek(LogSegment segment, ILogEncoding encoding, LogSelection selection, int lines)
    {
        long end = WholeEnd(segment.Bytes, encoding);
        byte[] window = new byte[Math.Min(end, WindowBytes)];
        byte[] scratch = new byte[encoding.MaxRecordBytes];
        int found = 0;
        long beginning = end;
        while (end > 0)
        {
            int length = (int)Math.Min(end, window.Length);
            long windowStart = end - length;
            length = segment.Bytes.ReadAt(window.AsSpan(0, length), windowStart);
            int at = length;
            while (at > 0)
            {
                int start = Previous(encoding, window.AsSpan(0, at), atFileStart: windowStart == 0);
                if (start < 0) { break; }

                LogDecoding decoded = encoding.Decode(window.AsMemory(start, at - start), scratch, out LogRecord record, out _);
                bool counts = decoded == LogDecoding.Record && !record.IsPartial && LogReader.WantsStream(selection, record);
                if (counts && found == lines) { return Done(segment, beginning, found); }

                if (counts) { found++; }

                at = start;
                beginning = windowStart + start;
            }

            if (at == length) { break; } // a record larger than the window: damaged

            end = windowStart + at;
        }

        return Done(segment, beginning, found);
    }

    private static int Previous(ILogEncoding encoding, ReadOnlySpan<byte> window, bool atFileStart)
    {
        int start = encoding.LastRecordStart(window);
        return start < 0 && atFileStart ? 0 : start;
    }

    private static int Done(LogSegment segment, long beginning, int found)
    {
        segment.Seek(beginning);
        segment.Bytes.Rest();
        return found;
    }

    /// <summary>End of the last whole record.</summary>
    /// <remarks>A writer may be in the middle of a batch, or was killed there: then only reading from the start tells where records end.</remarks>
    public static long WholeEnd(ILogBytes bytes, ILogEncoding encoding)
    {
        long size = bytes.Size;
        if (bytes.IsPacked) { return size; }

        byte[] last = new byte[Math.Min(size, encoding.MaxRecordBytes)];
        int count = bytes.ReadAt(last, size - last.Length);
        bool whole = encoding.LastRecordStart(last.AsSpan(0, count)) >= 0;
        return whole ? size : LogSegment.WholeBytes(bytes, encoding);
    }
}
