namespace Inro.Engine.Logs;

/// <summary>Reads a log's records in order over all its files, and goes on with new ones each time it is asked again.</summary>
/// <remarks>
/// Never waits: <see cref="TryRead"/> says false when nothing is there, and true later when the writer has written more.
/// Rotation between two calls loses nothing as long as the reader is less than all kept files behind.
/// </remarks>
public sealed class LogReader : IDisposable
{
    private readonly LogSettings settings;
    private readonly LogSelection selection;
    private readonly ILogEncoding? encoding;
    private readonly JournalReader? journal;
    private readonly Queue<LogSegment> segments = new();
    private LogSegment? current;
    private bool isPastUntil;

    /// <summary>Opens the log's files as they are now; none is fine.</summary>
    public LogReader(LogSettings settings, LogSelection selection)
    {
        this.settings = settings;
        this.selection = selection;
        encoding = LogEncodings.For(settings.Driver);
        if (settings.Driver == LogDriver.Journald) { journal = new JournalReader(settings.ContainerId, selection); }

        if (encoding is not null) { Open(encoding); }
    }

    /// <summary>No record at or after <see cref="LogSelection.UntilNanoseconds"/> will come any more.</summary>
    public bool IsFinished => isPastUntil || (encoding is null && journal is null);

    /// <summary>Reads the next wanted record; false: nothing now.</summary>
    public bool TryRead(out LogRecord record)
    {
        while (!IsFinished && TryReadAny(out record))
        {
            if (record.TimeNanoseconds > selection.UntilNanoseconds)
            {
                isPastUntil = true;
                break;
            }

            bool isEarly = record.TimeNanoseconds < selection.SinceNanoseconds;
            if (!isEarly && WantsStream(selection, record)) { return true; }
        }

        record = default;
        return false;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        journal?.Dispose();
        current?.Dispose();
        foreach (LogSegment segment in segments) { segment.Dispose(); }
    }

    internal static bool WantsStream(LogSelection selection, in LogRecord record) =>
        record.Stream == LogStream.Stderr ? selection.Stderr : selection.Stdout;

    private bool TryReadAny(out LogRecord record)
    {
        if (journal is not null) { return journal.TryRead(out record); }

        record = default;
        for (; ; )
        {
            if (current is null && !TryAdvance()) { return false; }

            if (current!.TryRead(out record)) { return true; } // current: set by TryAdvance

            if (current.Bytes.Size < current.Offset) { current.Seek(0); } // emptied: a log of one file
            else if (segments.Count == 0 && !HasSuccessor()) { return false; }

            // The writer renamed this file: from now on it writes elsewhere, so what is read here is the rest.
            if (current.TryRead(out record)) { return true; }

            if (!TryAdvance()) { return false; }
        }
    }

    private bool TryAdvance()
    {
        if (segments.Count == 0)
        {
            foreach (LogSegment next in LogChain.After(settings, encoding!, current)) { segments.Enqueue(next); } // checked by IsFinished
        }

        if (!segments.TryDequeue(out LogSegment? segment)) { return false; }

        current?.Dispose();
        current = segment;
        return true;
    }

    // A name that nothing has right now is between two renames of the writer: what is open here is then complete, too.
    private bool HasSuccessor() => current!.Bytes is not PlainLog file || !file.IsNamed(settings.Path); // current: set by the caller

    private void Open(ILogEncoding records)
    {
        List<LogSegment> all = LogChain.After(settings, records, null);
        int first = selection.Tail is { } lines ? SeekTail(all, records, lines) : FirstSince(all, records);
        for (int at = 0; at < all.Count; at++)
        {
            if (at < first) { all[at].Dispose(); }
            else { segments.Enqueue(all[at]); }
        }
    }

    private int SeekTail(List<LogSegment> all, ILogEncoding records, int lines)
    {
        int at = all.Count;
        while (at > 0)
        {
            lines -= LogTail.Seek(all[--at], records, selection, lines);
            if (lines == 0) { break; }
        }

        return at;
    }

    private int FirstSince(List<LogSegment> all, ILogEncoding records)
    {
        if (selection.SinceNanoseconds is not { } since) { return 0; }

        int at = 0;
        while (at < all.Count - 1 && all[at].Bytes.EndsBefore(since)) { at++; }

        if (all.Count > 0) { LogSeek.ToTime(all[at], records, since); }

        return at;
    }
}
