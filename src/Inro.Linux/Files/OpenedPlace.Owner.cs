using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Inro.Linux.Files;

public static unsafe partial class OpenedPlace
{
    /// <summary>Changes owner and group. See fchownat(2), AT_EMPTY_PATH.</summary>
    public static Errno TrySetOwner(SafeFileHandle place, uint user, uint group)
    {
        const int EmptyPath = 0x1000; // AT_EMPTY_PATH
        fixed (byte* nothing = "\0"u8) { return fchownat(place, nothing, user, group, EmptyPath) < 0 ? (Errno)Marshal.GetLastPInvokeError() : Errno.None; }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fchownat(SafeFileHandle place, byte* path, uint user, uint group, int flags);
}
