using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Inro.Linux.Files;

public static unsafe partial class FileDescriptor
{
    /// <summary>Reads at the file position; 0 at the end. See read(2).</summary>
    public static int Read(SafeFileHandle file, Span<byte> buffer, string subject)
    {
        fixed (byte* p = buffer)
        {
            while (true)
            {
                nint count = read(file, p, buffer.Length);
                if (count >= 0) { return (int)count; }

                if (Marshal.GetLastPInvokeError() != (int)Errno.EINTR) { throw LinuxException.FromLastError("read", subject); }
            }
        }
    }

    /// <summary>Reads at an offset and leaves the file position alone; 0 at the end. See pread(2).</summary>
    public static int ReadAt(SafeFileHandle file, Span<byte> buffer, long offset, string subject)
    {
        fixed (byte* p = buffer)
        {
            while (true)
            {
                nint count = pread64(file, p, buffer.Length, offset);
                if (count >= 0) { return (int)count; }

                if (Marshal.GetLastPInvokeError() != (int)Errno.EINTR) { throw LinuxException.FromLastError("pread64", subject); }
            }
        }
    }

    /// <summary>Reads a file from its start to its end.</summary>
    /// <exception cref="InvalidDataException">It is longer than <paramref name="maxBytes"/>.</exception>
    public static byte[] ReadToEnd(SafeFileHandle file, int maxBytes, string subject)
    {
        byte[] buffer = new byte[(int)Math.Clamp(Status(file, subject).Size + 1, Math.Min(512, (long)maxBytes + 1), (long)maxBytes + 1)];
        int length = 0;
        while (true)
        {
            int count = ReadAt(file, buffer.AsSpan(length), length, subject);
            if (count == 0) { return buffer[..length]; }

            length += count;
            if (length > maxBytes) { throw new InvalidDataException($"{subject} is longer than {maxBytes} bytes"); }

            if (length == buffer.Length) { Array.Resize(ref buffer, (int)Math.Min(2L * length, (long)maxBytes + 1)); }
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint read(SafeFileHandle file, byte* bytes, nint count);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint pread64(SafeFileHandle file, byte* bytes, nint count, long offset);
}
