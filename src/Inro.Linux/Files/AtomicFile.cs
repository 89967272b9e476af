using Microsoft.Win32.SafeHandles;

namespace Inro.Linux.Files;

/// <summary>Replaces a small file of ours so that a reader sees the old content or the new, after a crash too.</summary>
public static class AtomicFile
{
    /// <summary>Ends the name of a file that is still being written; what a kill leaves under such a name may be removed.</summary>
    public const string TemporarySuffix = ".tmp";

    /// <summary>Temporary file, flush, rename, flush of the directory.</summary>
    /// <param name="directory">Where the file is.</param>
    /// <param name="name">Its name; not from outside.</param>
    /// <param name="content">The new content.</param>
    /// <param name="mode">Permission bits; the umask takes bits away.</param>
    /// <param name="durable">False leaves out both flushes, for state that does not outlive a boot: still atomic for readers and kills.</param>
    public static void Write(DirFd directory, string name, ReadOnlySpan<byte> content, uint mode = 0x180, bool durable = true) =>
        Write(directory, name, content, [], mode, durable);

    /// <summary>The same, of content that lies in several places.</summary>
    /// <inheritdoc cref="Write(DirFd, string, ReadOnlySpan{byte}, uint, bool)"/>
    public static void Write(DirFd directory, string name, IReadOnlyList<ReadOnlyMemory<byte>> content, uint mode = 0x180, bool durable = true) =>
        Write(directory, name, [], content, mode, durable);

    private static void Write(DirFd directory, string name, ReadOnlySpan<byte> begin, IReadOnlyList<ReadOnlyMemory<byte>> rest, uint mode, bool durable)
    {
        // the process and the thread make it unique: two writers never share a temporary file
        string temporary = $".{name}.{Environment.ProcessId}.{Environment.CurrentManagedThreadId}{TemporarySuffix}";
        try
        {
            using (SafeFileHandle file = directory.OpenInside(temporary, OpenFlags.Write | OpenFlags.Create | OpenFlags.Truncate | OpenFlags.NoFollow, mode))
            {
                FileDescriptor.WriteAll(file, begin, name);
                foreach (ReadOnlyMemory<byte> part in rest) { FileDescriptor.WriteAll(file, part.Span, name); }

                if (durable) { FileDescriptor.Flush(file, name); }
            }

            directory.Rename(temporary, directory, name);
        }
        catch (LinuxException)
        {
            directory.RemoveFile(temporary);
            throw;
        }

        if (durable) { directory.Flush(); }
    }
}
