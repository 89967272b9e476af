namespace Inro.Engine.Logs;

/// <summary>The logs of several containers as one, in the order of time.</summary>
/// <remarks>
/// Never waits, like its readers. One that has nothing is asked again when all the others have nothing either. A piece of a long line is followed by the rest of that line, whatever the others wrote between the two.
/// </remarks>
public sealed class MergedLogs : IDisposable
{
    private readonly Source[] sources;
    private Source? unfinished;

    /// <summary>Reads these; they are its own from here on.</summary>
    public MergedLogs(IReadOnlyList<LogReader> readers) => sources = [.. readers.Select(static (reader, index) => new Source(reader, index))];

    /// <summary>The next record; false: nothing now.</summary>
    /// <param name="record">Valid until the next call.</param>
    /// <param name="index">Whose it is, as the readers were given.</param>
    public bool TryRead(out LogRecord record, out int index)
    {
        Source? first = null;
        foreach (Source source in sources)
        {
            if (source.Peek() && (source == unfinished || first is null || (first != unfinished && source.Next.TimeNanoseconds < first.Next.TimeNanoseconds))) { first = source; }
        }

        record = default;
        index = 0;
        if (first is null)
        {
            foreach (Source source in sources) { source.IsDry = false; }

            return false;
        }

        (record, index) = (first.Take(), first.Index);
        unfinished = record.IsPartial ? first : null;
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Source source in sources) { source.Reader.Dispose(); }
    }

    private sealed class Source(LogReader reader, int index)
    {
        private bool isPeeked;
        private LogRecord next;

        public LogReader Reader => reader;

        public int Index => index;

        public LogRecord Next => next;

        /// <summary>It had nothing when it was asked.</summary>
        public bool IsDry { get; set; }

        public bool Peek()
        {
            if (isPeeked || IsDry) { return isPeeked; }

            isPeeked = reader.TryRead(out next);
            IsDry = !isPeeked;
            return isPeeked;
        }

        public LogRecord Take()
        {
            isPeeked = false;
            return next;
        }
    }
}
