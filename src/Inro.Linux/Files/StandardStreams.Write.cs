using System.Runtime.InteropServices;

namespace Inro.Linux.Files;

/// <summary>The three descriptors that a program is born with.</summary>
public static unsafe partial class StandardStreams
{
    /// <summary>Number of standard output.</summary>
    public const int Output = 1;

    /// <summary>Number of standard error.</summary>
    public const int Error = 2;

    /// <summary>Writes all of <paramref name="bytes"/> at the descriptor's own position, which a shell may share. See write(2).</summary>
    /// <exception cref="LinuxException">EPIPE: nobody reads any more. ENOSPC: the disk is full.</exception>
    public static void Write(int descriptor, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            nint written;
            fixed (byte* start = bytes) { written = write(descriptor, start, (nuint)bytes.Length); }

            if (written >= 0)
            {
                bytes = bytes[(int)written..];
                continue;
            }

            LinuxException failure = LinuxException.FromLastError("write", descriptor == Output ? "standard output" : "standard error");
            if (failure.Errno == Errno.EAGAIN) { WaitUntilWritable(descriptor); }
            else if (failure.Errno != Errno.EINTR) { throw failure; }
        }
    }

    /// <summary>Someone who shares the descriptor made it non-blocking.</summary>
    private static void WaitUntilWritable(int descriptor)
    {
        PollDescriptor wanted = new() { Descriptor = descriptor, Events = PollOut };
        _ = poll(&wanted, 1, timeoutMilliseconds: -1); // an error shows at the next write
    }

    private const short PollOut = 4;

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint write(int descriptor, byte* bytes, nuint length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int poll(PollDescriptor* descriptors, nuint count, int timeoutMilliseconds);

    /// <summary>struct pollfd of poll(2).</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
