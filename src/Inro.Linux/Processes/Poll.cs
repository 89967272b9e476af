using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Inro.Linux.Processes;

/// <summary>Waiting for one descriptor with a deadline. See poll(2).</summary>
internal static unsafe partial class Poll
{
    /// <summary>Waits until <paramref name="descriptor"/> can be read or is at its end.</summary>
    /// <returns>False after <paramref name="timeout"/>; null waits without end.</returns>
    public static bool WaitReadable(int descriptor, TimeSpan? timeout)
    {
        long started = timeout is null ? 0 : Stopwatch.GetTimestamp();
        while (true)
        {
            var wanted = new PollFd { Descriptor = descriptor, Events = PollIn };
            int ready = poll(&wanted, 1, Milliseconds(timeout, started));
            if (ready > 0) { return true; }
            if (ready < 0)
            {
                LinuxException failure = LinuxException.FromLastError("poll", "descriptor");
                if (failure.Errno != Errno.EINTR) { throw failure; }
            }

            if (timeout is { } limit && Stopwatch.GetElapsedTime(started) >= limit) { return false; }
        }
    }

    private const short PollIn = 1;

    private static int Milliseconds(TimeSpan? timeout, long started)
    {
        if (timeout is not { } limit) { return -1; }
        double left = (limit - Stopwatch.GetElapsedTime(started)).TotalMilliseconds;
        return left <= 0 ? 0 : (int)Math.Min(Math.Ceiling(left), int.MaxValue); // rounded up: never a busy wait in the last millisecond
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int poll(PollFd* descriptors, nuint count, int timeoutMilliseconds);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollFd
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
