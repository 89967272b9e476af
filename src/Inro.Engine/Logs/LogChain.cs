using Inro.Linux.Descriptors;
using Inro.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace Inro.Engine.Logs;

/// <summary>Opens the files of a log in order while the writer may rotate them.</summary>
internal static class LogChain
{
    /// <summary>The files that are younger than one, oldest first; all where that one is gone or null.</summary>
    /// <remarks>
    /// Names are walked from young to old, the way the writer moves files: a rotation in between can show a file twice
    /// (told by its inode), never hide one.
    /// </remarks>
    public static List<LogSegment> After(LogSettings settings, ILogEncoding encoding, FileStatus? last)
    {
        var found = new List<LogSegment>();
        for (int age = 0; age <= settings.MaxFiles; age++)
        {
            LogSegment? segment = LogSegment.TryOpen(LogFile.NameOf(settings.Path, age), encoding);
            if (segment is null) { continue; } // the end of the chain, or a gap while the writer renames

            bool reachedLast = last is { } known && segment.Opened.IsSameFile(known);
            bool seen = found.Exists(other => other.Opened.IsSameFile(segment.Opened));
            if (reachedLast || seen) { segment.Dispose(); }
            else { found.Add(segment); }

            if (reachedLast) { break; }
        }

        found.Reverse();
        return found;
    }

    /// <summary>The current file; null: there is none at this moment.</summary>
    public static SafeFileHandle? Youngest(LogSettings settings) =>
        Descriptor.OpenIfThere(settings.Path, OpenFlags.Read | OpenFlags.NoFollow);
}
