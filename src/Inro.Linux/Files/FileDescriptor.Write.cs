using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Inro.Linux.Files;

public static unsafe partial class FileDescriptor
{
    /// <summary>Writes all bytes at the file position. See write(2).</summary>
    /// <exception cref="LinuxException">ENOSPC: the disk is full.</exception>
    public static void WriteAll(SafeFileHandle file, ReadOnlySpan<byte> bytes, string subject)
    {
        fixed (byte* p = bytes)
        {
            for (int done = 0; done < bytes.Length;)
            {
                nint count = write(file, p + done, bytes.Length - done);
                if (count >= 0) { done += (int)count; continue; }

                if (Marshal.GetLastPInvokeError() != (int)Errno.EINTR) { throw LinuxException.FromLastError("write", subject); }
            }
        }
    }

    /// <summary>Writes all bytes at an offset and leaves the file position alone. See pwrite(2).</summary>
    /// <exception cref="LinuxException">ENOSPC: the disk is full.</exception>
    public static void WriteAllAt(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset, string subject)
    {
        fixed (byte* p = bytes)
        {
            for (int done = 0; done < bytes.Length;)
            {
                nint count = pwrite64(file, p + done, bytes.Length - done, offset + done);
                if (count >= 0) { done += (int)count; continue; }

                if (Marshal.GetLastPInvokeError() != (int)Errno.EINTR) { throw LinuxException.FromLastError("pwrite64", subject); }
            }
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint write(SafeFileHandle file, byte* bytes, nint count);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint pwrite64(SafeFileHandle file, byte* bytes, nint count, long offset);
}
