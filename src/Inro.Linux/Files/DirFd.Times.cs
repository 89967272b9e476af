using System.Runtime.InteropServices;

namespace Inro.Linux.Files;

public sealed unsafe partial class DirFd
{
    /// <summary>Changes the times of a name, of a link itself. See utimensat(2).</summary>
    /// <param name="name">One name in this directory; ends with a zero byte.</param>
    /// <param name="accessed">Time of the last read.</param>
    /// <param name="modified">Time of the last change.</param>
    public Errno TrySetTimes(ReadOnlySpan<byte> name, TimeSpec accessed, TimeSpec modified)
    {
        const int NoFollow = 0x100; // AT_SYMLINK_NOFOLLOW
        TimeSpec* times = stackalloc TimeSpec[2] { accessed, modified };
        fixed (byte* p = name) { return utimensat(this, p, times, NoFollow) < 0 ? (Errno)Marshal.GetLastPInvokeError() : Errno.None; }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int utimensat(DirFd directory, byte* name, TimeSpec* times, int flags);
}
