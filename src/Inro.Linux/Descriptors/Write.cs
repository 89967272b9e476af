using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Inro.Linux.Descriptors;

public static unsafe partial class Descriptor
{
    /// <summary>Writes once; repeated only after a signal. See write(2).</summary>
    /// <returns>Bytes taken, perhaps fewer than given; the negative <see cref="Errno"/> of a failure (EAGAIN: no room now).</returns>
    public static int Write(SafeFileHandle file, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* first = bytes)
        {
            for (; ; )
            {
                nint count = write(file, first, (nuint)bytes.Length);
                if (count >= 0) { return (int)count; }

                int error = Marshal.GetLastPInvokeError();
                if (error != (int)Errno.EINTR) { return -error; }
            }
        }
    }

    // unsafe: the caller's buffer as it is.
    [LibraryImport("libc", SetLastError = true)]
    private static partial nint write(SafeFileHandle file, byte* bytes, nuint count);
}
