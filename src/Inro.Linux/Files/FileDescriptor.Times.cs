using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Inro.Linux.Files;

public static unsafe partial class FileDescriptor
{
    /// <summary>Changes the times. See futimens(3).</summary>
    public static Errno TrySetTimes(SafeFileHandle file, TimeSpec accessed, TimeSpec modified)
    {
        TimeSpec* times = stackalloc TimeSpec[2] { accessed, modified };
        return LastError(futimens(file, times));
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int futimens(SafeFileHandle file, TimeSpec* times);
}
