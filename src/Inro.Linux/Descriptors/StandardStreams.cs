using System.Runtime.InteropServices;

namespace Inro.Linux.Descriptors;

/// <summary>The three descriptors that a program is born with.</summary>
public static unsafe partial class StandardStreams
{
    /// <summary>Descriptor of standard input.</summary>
    public const int Input = 0;

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
            if (failure.Errno == Errno.EAGAIN) { WaitWritable(descriptor); }
            else if (failure.Errno != Errno.EINTR) { throw failure; }
        }
    }

    // Someone who shares the descriptor made it non-blocking. An error shows at the next write.
    private static void WaitWritable(int descriptor) =>
        Descriptor.Poll([new PollEntry { Descriptor = descriptor, Wanted = PollEvents.Writable }], timeoutMilliseconds: -1);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint write(int descriptor, byte* bytes, nuint length);
}
