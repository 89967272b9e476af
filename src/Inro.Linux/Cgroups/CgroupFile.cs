using System.Runtime.InteropServices;

namespace Inro.Linux.Cgroups;

/// <summary>Whole files of the kernel's pseudo file systems, by a path of our own.</summary>
internal static partial class CgroupFile
{
    private const int AtCurrentDirectory = -100;
    private const int FirstBufferBytes = 4 << 10;

    /// <summary>Reads a pseudo file to its end.</summary>
    /// <exception cref="LinuxException">It cannot be opened or read; EFBIG: it is longer than <paramref name="maxBytes"/>.</exception>
    public static byte[] ReadAll(string path, int maxBytes) => ReadAll(AtCurrentDirectory, path, path, maxBytes);

    /// <summary>Reads <paramref name="name"/> below an open directory to its end; <paramref name="subject"/> names it in an error.</summary>
    public static byte[] ReadAll(int directory, string name, string subject, int maxBytes)
    {
        int fd = CgroupCalls.Open(directory, name, CgroupCalls.ReadOnly);
        if (fd < 0) { throw LinuxException.FromLastError("openat", subject); }
        try
        {
            return ReadToEnd(fd, subject, maxBytes);
        }
        finally
        {
            CgroupCalls.Close(fd);
        }
    }

    // Nearly every file is small: the first read goes to the stack.
    private static byte[] ReadToEnd(int fd, string subject, int maxBytes)
    {
        Span<byte> first = stackalloc byte[FirstBufferBytes];
        Span<byte> buffer = first;
        int length = 0;
        while (true)
        {
            nint got = CgroupCalls.Read(fd, buffer[length..]);
            if (got < 0)
            {
                if ((Errno)Marshal.GetLastPInvokeError() == Errno.EINTR) { continue; }
                throw LinuxException.FromLastError("read", subject);
            }

            if (got == 0) { return buffer[..length].ToArray(); }

            length += (int)got;
            if (length > maxBytes) { throw new LinuxException("read", subject, Errno.EFBIG); }
            if (length == buffer.Length)
            {
                byte[] larger = new byte[(int)Math.Min((long)length * 4, maxBytes + 1L)];
                buffer.CopyTo(larger);
                buffer = larger;
            }
        }
    }
}
