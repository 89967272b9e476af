using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Inro.Linux.Files;

public static unsafe partial class FileDescriptor
{
    /// <summary>Reserves room without changing the length, or punches a hole. See fallocate(2).</summary>
    /// <param name="file">An open file.</param>
    /// <param name="offset">Start in bytes.</param>
    /// <param name="length">Bytes.</param>
    /// <param name="hole">True turns the range into a hole.</param>
    /// <returns>EOPNOTSUPP where the file system cannot.</returns>
    public static Errno TryAllocate(SafeFileHandle file, long offset, long length, bool hole = false)
    {
        const int KeepSize = 1;
        const int PunchHole = 2;
        return LastError(fallocate64(file, hole ? KeepSize | PunchHole : KeepSize, offset, length));
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fallocate64(SafeFileHandle file, int mode, long offset, long length);
}
