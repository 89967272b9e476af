using Inro.Linux;
using Inro.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace Inro.Runtime.Checkpoint;

/// <summary>What criu wrote down about a failure.</summary>
internal static class CriuLog
{
    /// <summary>The end of a log that is looked at, in bytes; a verbose one has megabytes.</summary>
    private const int MaxBytes = 256 * 1024;

    private const int MaxErrorCharacters = 500;
    private const string Sign = "Error (";

    /// <summary>The first error of a log file, which the others follow from; empty where there is none, or no log.</summary>
    public static string FirstError(DirFd directory, string name)
    {
        try
        {
            using SafeFileHandle file = directory.OpenInside(name, OpenFlags.Read | OpenFlags.NoFollow | OpenFlags.NonBlocking, resolve: ResolveFlags.NoSymlinks);
            FileStatus status = FileDescriptor.Status(file, name);
            if (status.Kind != FileKind.Regular) { return ""; }

            byte[] bytes = new byte[(int)Math.Min(status.Size, MaxBytes)];
            int length = FileDescriptor.ReadAt(file, bytes, Math.Max(0, status.Size - bytes.Length), name);
            return Find(System.Text.Encoding.UTF8.GetString(bytes, 0, length), last: false);
        }
        catch (LinuxException) { return ""; } // the failure that led here says more
    }

    /// <summary>The last error of a text; the last line where none is marked as one.</summary>
    public static string LastError(string text) => Find(text, last: true) is { Length: > 0 } found ? found : Clean(text.TrimEnd().Split('\n')[^1]);

    private static string Find(string text, bool last)
    {
        string found = "";
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            int at = line.IndexOf(Sign);
            if (at < 0) { continue; }

            found = Clean(line[at..]);
            if (!last) { break; }
        }

        return found;
    }

    // "Error (criu/mount.c:1088): mnt: Mount 1672 …": the place in criu's source stays, people search for it.
    private static string Clean(ReadOnlySpan<char> line)
    {
        Span<char> clean = stackalloc char[Math.Min(line.Length, MaxErrorCharacters)];
        for (int i = 0; i < clean.Length; i++) { clean[i] = char.IsControl(line[i]) ? '?' : line[i]; }

        return clean.Trim().ToString();
    }
}
