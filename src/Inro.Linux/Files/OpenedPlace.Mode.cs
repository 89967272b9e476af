using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Inro.Linux.Files;

public static unsafe partial class OpenedPlace
{
    /// <summary>Changes the permission bits; a link has none. See chmod(2).</summary>
    public static Errno TrySetMode(SafeFileHandle place, uint permissions)
    {
        fixed (byte* path = PathOf(place))
        {
            Errno errno = chmod(path, permissions) < 0 ? (Errno)Marshal.GetLastPInvokeError() : Errno.None;
            GC.KeepAlive(place);
            return errno;
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int chmod(byte* path, uint mode);
}
