using System.Runtime.InteropServices;

namespace Inro.Linux.Files;

public static unsafe partial class ExtendedAttributes
{
    /// <summary>Takes an attribute of an open file or directory away. See fremovexattr(2).</summary>
    /// <param name="file">Opened for reading or writing.</param>
    /// <param name="attribute">Full name; ends with a zero byte.</param>
    public static Errno TryRemove(SafeHandle file, ReadOnlySpan<byte> attribute)
    {
        fixed (byte* a = attribute)
        {
            return fremovexattr(file, a) < 0 ? (Errno)Marshal.GetLastPInvokeError() : Errno.None;
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fremovexattr(SafeHandle file, byte* attribute);
}
