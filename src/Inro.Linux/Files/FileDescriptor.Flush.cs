using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Inro.Linux.Files;

public static unsafe partial class FileDescriptor
{
    /// <summary>Makes the content survive a loss of power. See fsync(2).</summary>
    public static void Flush(SafeFileHandle file, string subject) => Check(fsync(file), "fsync", subject);

    /// <summary>Starts writing a range to the disk and does not wait for it. See sync_file_range(2); failures only mean a later start.</summary>
    public static void BeginFlush(SafeFileHandle file, long offset, long length)
    {
        const uint Write = 2; // SYNC_FILE_RANGE_WRITE
        _ = sync_file_range(file, offset, length, Write);
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fsync(SafeFileHandle file);

    [LibraryImport("libc")]
    private static partial int sync_file_range(SafeFileHandle file, long offset, long length, uint flags);
}
