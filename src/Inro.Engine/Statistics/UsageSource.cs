using System.Globalization;
using Inro.Runtime.Resources;

namespace Inro.Engine.Statistics;

/// <summary>Reads what containers have used: their cgroups, and the host's counters beside them.</summary>
internal static class UsageSource
{
    private const long NanosecondsPerTick = 10_000_000; // USER_HZ is 100
    private const int BytesPerKilobyte = 1024;
    private const int FirstProcessorFields = 8; // user to steal; guest time is in user already

    /// <summary>Reads one container's.</summary>
    /// <param name="cgroups">Its cgroups.</param>
    /// <param name="pid">A process in its network namespace; 0: its network is the host's, whose counters are not its own.</param>
    /// <param name="now">Nanoseconds since 1970 UTC.</param>
    public static ResourceUsage Read(CgroupSet cgroups, int pid, long now)
    {
        CgroupStatistics used = cgroups.ReadStatistics();
        (long received, long sent) = pid > 0 ? Network(pid) : (0, 0);
        long hostMemory = HostMemory();
        return new ResourceUsage
        {
            TimeNanoseconds = now,
            CpuNanoseconds = used.CpuNanoseconds,
            HostCpuNanoseconds = HostCpu(),
            Processors = Environment.ProcessorCount,
            MemoryBytes = used.MemoryBytes is { } memory ? Math.Max(memory - (used.MemoryInactiveFileBytes ?? 0), 0) : null,
            MemoryLimitBytes = Math.Min(used.MemoryLimitBytes ?? hostMemory, hostMemory),
            ReceivedBytes = received,
            SentBytes = sent,
            BlockReadBytes = used.BlockReadBytes ?? 0,
            BlockWriteBytes = used.BlockWriteBytes ?? 0,
            Pids = used.Pids,
        };
    }

    private static long HostCpu()
    {
        using StreamReader stat = File.OpenText("/proc/stat");
        string[] words = (stat.ReadLine() ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        long ticks = 0;
        for (int i = 1; i < words.Length && i <= FirstProcessorFields; i++) { ticks += Number(words[i]); }

        return ticks * NanosecondsPerTick;
    }

    private static long HostMemory()
    {
        using StreamReader file = File.OpenText("/proc/meminfo");
        string[] words = (file.ReadLine() ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries); // MemTotal: N kB
        return words.Length > 1 ? Number(words[1]) * BytesPerKilobyte : 0;
    }

    // "eth0: received … (8 fields) sent …"
    private static (long Received, long Sent) Network(int pid)
    {
        long received = 0, sent = 0;
        try
        {
            foreach (string line in File.ReadLines(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/net/dev")))
            {
                int colon = line.IndexOf(':', StringComparison.Ordinal);
                if (colon < 0 || line[..colon].Trim() == "lo") { continue; }

                string[] fields = line[(colon + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
                if (fields.Length < 9) { continue; }

                received += Number(fields[0]);
                sent += Number(fields[8]);
            }
        }
        catch (IOException) { return (0, 0); } // it has ended

        return (received, sent);
    }

    private static long Number(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long value) ? value : 0;
}
