using System.Globalization;
using System.Runtime.InteropServices;

namespace Inro.Bench.Measuring;

/// <summary>
/// Waits until the processors have little to do, so that what one contestant leaves behind (a daemon that cleans up, a process that
/// removes) is not charged to the next one. On a machine that is never idle it gives up after a while, for every contestant alike.
/// </summary>
internal static class Idleness
{
    private const double BusyPart = 0.1;
    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(40);
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(600);

    /// <summary>Returns when the last 40 ms were at most a tenth busy, or after 0.6 s.</summary>
    public static void Await()
    {
        Times before = Read();
        for (TimeSpan waited = TimeSpan.Zero; waited < Patience; waited += Window)
        {
            Thread.Sleep(Window);
            Times now = Read();
            long total = now.Total - before.Total;
            if (total > 0 && now.Busy - before.Busy <= total * BusyPart) { return; }

            before = now;
        }
    }

    // proc(5), /proc/stat: cpu user nice system idle iowait irq softirq steal …, in ticks since the boot.
    private static Times Read()
    {
        string[] words = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        long[] ticks = [.. words.Skip(1).Take(8).Select(word => long.Parse(word, CultureInfo.InvariantCulture))];
        long total = ticks.Sum();
        return new Times(total - ticks[3] - ticks[4], total);
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Times(long Busy, long Total);
}
