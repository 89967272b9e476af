using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Inro.Linux.Files;

public static unsafe partial class OpenedPlace
{
    /// <summary>Sets an extended attribute. See setxattr(2).</summary>
    /// <param name="place">What it is set on.</param>
    /// <param name="attribute">Full name; ends with a zero byte.</param>
    /// <param name="value">Any bytes.</param>
    public static Errno TrySetAttribute(SafeFileHandle place, ReadOnlySpan<byte> attribute, ReadOnlySpan<byte> value)
    {
        fixed (byte* path = PathOf(place))
        fixed (byte* a = attribute)
        fixed (byte* v = value)
        {
            Errno errno = setxattr(path, a, v, (nuint)value.Length, 0) < 0 ? (Errno)Marshal.GetLastPInvokeError() : Errno.None;
            GC.KeepAlive(place);
            return errno;
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setxattr(byte* path, byte* attribute, byte* value, nuint size, int flags);
}
