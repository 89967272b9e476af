namespace Inro.Engine.Logs;

/// <summary>Opens the files of a log in order while the writer may rotate them and have them compressed.</summary>
internal static class LogChain
{
    /// <summary>The files that are younger than one, oldest first; all where that one is gone or null.</summary>
    /// <remarks>
    /// Names are walked from young to old, the way the writer moves files: a rotation in between can show a file twice
    /// (told by its identity), never hide one. A compressed file has its name before the plain one loses its own, so of one age
    /// the plain name is tried first.
    /// </remarks>
    public static List<LogSegment> After(LogSettings settings, ILogEncoding encoding, LogSegment? last)
    {
        var found = new List<LogSegment>();
        for (int age = 0; age <= settings.MaxFiles; age++)
        {
            LogSegment? segment = TryOpen(settings, encoding, age);
            if (segment is null) { continue; } // the end of the chain, or a gap while the writer renames

            bool reachedLast = last is not null && segment.IsSame(last);
            bool seen = found.Exists(segment.IsSame);
            if (reachedLast || seen) { segment.Dispose(); }
            else { found.Add(segment); }

            if (reachedLast) { break; }
        }

        found.Reverse();
        return found;
    }

    private static LogSegment? TryOpen(LogSettings settings, ILogEncoding encoding, int age)
    {
        ILogBytes? bytes = PlainLog.TryOpen(LogNames.Plain(settings, age), encoding);
        if (bytes is null && age > 0) { bytes = PackedLog.TryOpen(LogNames.Packed(settings, age), PackedLogFormat.Of(settings.Driver)); }

        return bytes is null ? null : new LogSegment(bytes, encoding);
    }
}
