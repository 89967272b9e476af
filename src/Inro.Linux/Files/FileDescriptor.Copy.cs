using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Inro.Linux.Files;

public static unsafe partial class FileDescriptor
{
    /// <summary>Copies up to <paramref name="length"/> bytes inside the kernel, sharing blocks where the file system can. See copy_file_range(2).</summary>
    /// <returns>Bytes copied; 0 at the end of the source.</returns>
    /// <exception cref="LinuxException">EXDEV, EINVAL, EOPNOTSUPP: these two files cannot; read and write instead.</exception>
    public static long CopyRange(SafeFileHandle from, long fromOffset, SafeFileHandle to, long toOffset, long length, string subject)
    {
        nint count = copy_file_range(from, &fromOffset, to, &toOffset, (nint)length, 0);
        Check(count, "copy_file_range", subject);
        return count;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint copy_file_range(SafeFileHandle from, long* fromOffset, SafeFileHandle to, long* toOffset, nint length, uint flags);
}
