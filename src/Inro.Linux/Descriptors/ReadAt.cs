using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Inro.Linux.Descriptors;

public static unsafe partial class Descriptor
{
    /// <summary>Reads once at an offset, without moving the file's own. See pread(2).</summary>
    /// <returns>Bytes read; 0 at the end.</returns>
    public static int ReadAt(SafeFileHandle file, Span<byte> buffer, long offset)
    {
        fixed (byte* first = buffer)
        {
            for (; ; )
            {
                nint count = pread64(file, first, (nuint)buffer.Length, offset);
                if (count >= 0) { return (int)count; }

                LinuxException failure = LinuxException.FromLastError("pread", "file");
                if (failure.Errno != Errno.EINTR) { throw failure; }
            }
        }
    }

    // unsafe: the caller's buffer as it is.
    [LibraryImport("libc", SetLastError = true)]
    private static partial nint pread64(SafeFileHandle file, byte* buffer, nuint count, long offset);
}
