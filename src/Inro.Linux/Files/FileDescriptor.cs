using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Inro.Linux.Files;

/// <summary>Calls on open files. The framework's own readers look at a file's type and position first; these do what they say and no more.</summary>
public static unsafe partial class FileDescriptor
{
    /// <summary>Looks at an open file. See statx(2).</summary>
    public static FileStatus Status(SafeFileHandle file, string subject) =>
        StatxCall.Try(file, "\0"u8, out FileStatus status) is var errno && errno == Errno.None ? status : throw new LinuxException("statx", subject, errno);

    private static Errno LastError(long result) => result < 0 ? (Errno)Marshal.GetLastPInvokeError() : Errno.None;

    private static void Check(long result, string call, string subject)
    {
        if (result < 0) { throw LinuxException.FromLastError(call, subject); }
    }
}
