using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Inro.Linux.Files;

public static unsafe partial class OpenedPlace
{
    /// <summary>Changes the times. See utimensat(2).</summary>
    public static Errno TrySetTimes(SafeFileHandle place, TimeSpec accessed, TimeSpec modified)
    {
        const int AtCurrentDirectory = -100;
        TimeSpec* times = stackalloc TimeSpec[2] { accessed, modified };
        fixed (byte* path = PathOf(place))
        {
            Errno errno = utimensat(AtCurrentDirectory, path, times, 0) < 0 ? (Errno)Marshal.GetLastPInvokeError() : Errno.None;
            GC.KeepAlive(place);
            return errno;
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int utimensat(int directory, byte* path, TimeSpec* times, int flags);
}
