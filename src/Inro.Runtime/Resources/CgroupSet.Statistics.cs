namespace Inro.Runtime.Resources;

/// <summary>Reading what was used.</summary>
public sealed partial class CgroupSet
{
    /// <summary>v1 says "no limit" with a number near 2^63.</summary>
    private const long LegacyUnlimited = 1L << 60;
    private const long NanosecondsPerMicrosecond = 1_000;
    private const long NanosecondsPerTick = 10_000_000; // USER_HZ is 100 on every architecture that matters here

    /// <summary>Reads the counters of all trees; each file once.</summary>
    public CgroupStatistics ReadStatistics()
    {
        int unified = UnifiedIndex;
        FlatFile cpu = FlatFile.Of(Read("cpu", "cpu.stat") ?? (unified >= 0 ? _directories[unified].TryRead("cpu.stat") : null));
        FlatFile ticks = FlatFile.Of(Read("cpuacct", "cpuacct.stat"));
        FlatFile memory = FlatFile.Of(Read("memory", "memory.stat"));
        (long? read, long? written) = BlockBytes();
        return new CgroupStatistics
        {
            CpuNanoseconds = Number(Read("cpuacct", "cpuacct.usage")) ?? cpu["usage_usec"] * NanosecondsPerMicrosecond ?? 0,
            CpuUserNanoseconds = cpu["user_usec"] * NanosecondsPerMicrosecond ?? ticks["user"] * NanosecondsPerTick,
            CpuSystemNanoseconds = cpu["system_usec"] * NanosecondsPerMicrosecond ?? ticks["system"] * NanosecondsPerTick,
            CpuPeriods = cpu["nr_periods"],
            CpuThrottledPeriods = cpu["nr_throttled"],
            CpuThrottledNanoseconds = cpu["throttled_time"] ?? cpu["throttled_usec"] * NanosecondsPerMicrosecond,
            MemoryBytes = Number(Read("memory", "memory.usage_in_bytes")) ?? Number(Read("memory", "memory.current")),
            MemoryInactiveFileBytes = memory["total_inactive_file"] ?? memory["inactive_file"],
            MemoryPeakBytes = Number(Read("memory", "memory.max_usage_in_bytes")) ?? Number(Read("memory", "memory.peak")),
            MemoryLimitBytes = Limit(Read("memory", "memory.limit_in_bytes") ?? Read("memory", "memory.max")),
            OomKills = FlatFile.Of(Read("memory", "memory.oom_control") ?? Read("memory", "memory.events"))["oom_kill"],
            Pids = Number(Read("pids", "pids.current")),
            PidsLimit = Limit(Read("pids", "pids.max")),
            BlockReadBytes = read,
            BlockWriteBytes = written,
        };
    }

    // v1: "8:0 Read 123" per device and direction. v2: "8:0 rbytes=123 wbytes=456 ..." per device.
    private (long? Read, long? Written) BlockBytes()
    {
        string? text = Read("blkio", "blkio.throttle.io_service_bytes_recursive") ?? Read("io", "io.stat");
        if (text is null) { return (null, null); }

        long read = 0, written = 0;
        foreach (string line in text.Split('\n'))
        {
            string[] words = line.Split(' ');
            if (words is [_, "Read", var r]) { read += Number(r) ?? 0; }
            else if (words is [_, "Write", var w]) { written += Number(w) ?? 0; }
            else
            {
                foreach (string word in words)
                {
                    if (word.StartsWith("rbytes=", StringComparison.Ordinal)) { read += Number(word[7..]) ?? 0; }
                    else if (word.StartsWith("wbytes=", StringComparison.Ordinal)) { written += Number(word[7..]) ?? 0; }
                }
            }
        }

        return (read, written);
    }

    private static long? Number(string? text) => long.TryParse(text, out long value) ? value : null;

    private static long? Limit(string? text) => Number(text) is { } value && value < LegacyUnlimited ? value : null;

    /// <summary>A file of lines "name number".</summary>
    private readonly struct FlatFile(string text)
    {
        public static FlatFile Of(string? text) => new(text ?? "");

        public long? this[string name]
        {
            get
            {
                foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
                {
                    if (line.Length > name.Length && line[name.Length] == ' ' && line.StartsWith(name, StringComparison.Ordinal))
                    {
                        return long.TryParse(line[(name.Length + 1)..], out long value) ? value : null;
                    }
                }

                return null;
            }
        }
    }
}
