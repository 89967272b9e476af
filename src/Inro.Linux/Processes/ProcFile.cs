using System.Runtime.InteropServices;

namespace Inro.Linux.Processes;

/// <summary>Small files of the host's /proc, read in one piece without a stream.</summary>
public static unsafe partial class ProcFile
{
    /// <returns>Bytes read, or -1 if the file cannot be read.</returns>
    public static int Read(string path, Span<byte> into)
    {
        int fd = open(path, CloseOnExec);
        if (fd < 0) { return -1; }
        try
        {
            int total = 0;
            while (total < into.Length)
            {
                int count = (int)Read(fd, into[total..]);
                if (count < 0) { return -1; }
                if (count == 0) { break; }
                total += count;
            }

            return total;
        }
        finally
        {
            _ = close(fd);
        }
    }

    private const int CloseOnExec = 0x80000;

    private static nint Read(int fd, Span<byte> into)
    {
        fixed (byte* p = into)
        {
            nint count = read(fd, p, (nuint)into.Length);
            while (count < 0 && Marshal.GetLastPInvokeError() == (int)Errno.EINTR) { count = read(fd, p, (nuint)into.Length); }
            return count;
        }
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint read(int descriptor, byte* buffer, nuint count);

    [LibraryImport("libc")]
    private static partial int close(int descriptor);
}
