using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Inro.Linux.Files;

public static unsafe partial class FileDescriptor
{
    private const int SeekData = 3;
    private const int SeekHole = 4;

    /// <summary>Finds the next run of data of a file, as its file system sees it. See lseek(2), SEEK_DATA and SEEK_HOLE.</summary>
    /// <param name="file">A regular file; its position moves.</param>
    /// <param name="offset">Where to begin, in bytes.</param>
    /// <param name="run">Where the run begins and ends.</param>
    /// <returns>False: from there on is nothing but a hole.</returns>
    public static bool TryFindData(SafeFileHandle file, long offset, out (long Start, long End) run)
    {
        run = default;
        long start = lseek(file, offset, SeekData);
        if (start < 0)
        {
            LinuxException failure = LinuxException.FromLastError("lseek", "file");
            return failure.Errno == Errno.ENXIO ? false : throw failure;
        }

        long end = lseek(file, start, SeekHole);
        if (end < 0) { throw LinuxException.FromLastError("lseek", "file"); }

        run = (start, end);
        return true;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial long lseek(SafeFileHandle file, long offset, int whence);
}
