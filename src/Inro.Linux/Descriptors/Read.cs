using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Inro.Linux.Descriptors;

public static unsafe partial class Descriptor
{
    /// <summary>Reads once; repeated only after a signal. See read(2).</summary>
    /// <returns>Bytes read; 0 at the end; the negative <see cref="Errno"/> of a failure (EAGAIN: nothing there now;
    /// EIO on a terminal's master: nobody has the other side open).</returns>
    public static int Read(SafeFileHandle file, Span<byte> buffer)
    {
        fixed (byte* first = buffer)
        {
            for (; ; )
            {
                nint count = read(file, first, (nuint)buffer.Length);
                if (count >= 0) { return (int)count; }

                int error = Marshal.GetLastPInvokeError();
                if (error != (int)Errno.EINTR) { return -error; }
            }
        }
    }

    // unsafe: the caller's buffer as it is.
    [LibraryImport("libc", SetLastError = true)]
    private static partial nint read(SafeFileHandle file, byte* buffer, nuint count);
}
