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
    public static void Write(DirFd directory, string name, ReadOnlySpan<byte> content, uint mode = 0x180, bool durable = true)
    {
        // the process and the thread make it unique: two writers never share a temporary file
        string temporary = $".{name}.{Environment.ProcessId}.{Environment.CurrentManagedThreadId}{TemporarySuffix}";
        try
        {
            using (SafeFileHandle file = directory.OpenInside(temporary, OpenFlags.Write | OpenFlags.Create | OpenFlags.Truncate | OpenFlags.NoFollow, mode))
            {
                FileDescriptor.WriteAll(file, content, name);
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
