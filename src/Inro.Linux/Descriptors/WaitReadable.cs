using System.Diagnostics;

namespace Inro.Linux.Descriptors;

public static unsafe partial class Descriptor
{
    /// <summary>Waits until <paramref name="descriptor"/> can be read or is at its end, whatever signals come meanwhile.</summary>
    /// <returns>False after <paramref name="timeout"/>; null waits without end.</returns>
    public static bool WaitReadable(int descriptor, TimeSpan? timeout)
    {
        long started = timeout is null ? 0 : Stopwatch.GetTimestamp();
        while (true)
        {
            if (Poll([new PollEntry { Descriptor = descriptor, Wanted = PollEvents.Readable }], Milliseconds(timeout, started)) > 0) { return true; }

            if (timeout is { } limit && Stopwatch.GetElapsedTime(started) >= limit) { return false; }
        }
    }

    private static int Milliseconds(TimeSpan? timeout, long started)
    {
        if (timeout is not { } limit) { return -1; }

        double left = (limit - Stopwatch.GetElapsedTime(started)).TotalMilliseconds;
        return left <= 0 ? 0 : (int)Math.Min(Math.Ceiling(left), int.MaxValue); // rounded up: never a busy wait in the last millisecond
    }
}
