using System.Text.Json;
using static Inro.Runtime.Resources.CounterFile;

namespace Inro.Runtime.Resources;

/// <summary>Processor time, in nanoseconds.</summary>
internal static class CpuCounters
{
    private const ulong NanosecondsPerMicrosecond = 1_000;
    private const ulong NanosecondsPerTick = 10_000_000; // USER_HZ is 100

    public static void Write(Utf8JsonWriter json, CgroupSet cgroups)
    {
        IReadOnlyDictionary<string, ulong> stat = Named(cgroups.Read("cpu", "cpu.stat") ?? cgroups.ReadUnified("cpu.stat"));
        json.WriteStartObject("cpu"u8);
        json.WriteStartObject("usage"u8);
        if (cgroups.IsUnified("cpuacct") is false) { WriteLegacy(json, cgroups); }
        else
        {
            Unless0(json, "total"u8, stat.GetValueOrDefault("usage_usec") * NanosecondsPerMicrosecond);
            json.WriteNumber("kernel"u8, stat.GetValueOrDefault("system_usec") * NanosecondsPerMicrosecond);
            json.WriteNumber("user"u8, stat.GetValueOrDefault("user_usec") * NanosecondsPerMicrosecond);
        }

        json.WriteEndObject();
        json.WriteStartObject("throttling"u8);
        Unless0(json, "periods"u8, stat.GetValueOrDefault("nr_periods"));
        Unless0(json, "throttledPeriods"u8, stat.GetValueOrDefault("nr_throttled"));
        Unless0(json, "throttledTime"u8, stat.TryGetValue("throttled_time", out ulong time) ? time : stat.GetValueOrDefault("throttled_usec") * NanosecondsPerMicrosecond);
        json.WriteEndObject();
        Pressure(json, cgroups.ReadUnified("cpu.pressure"));
        json.WriteEndObject();
    }

    private static void WriteLegacy(Utf8JsonWriter json, CgroupSet cgroups)
    {
        IReadOnlyDictionary<string, ulong> ticks = Named(cgroups.Read("cpuacct", "cpuacct.stat"));
        Unless0(json, "total"u8, Number(cgroups.Read("cpuacct", "cpuacct.usage")));
        Numbers(json, "percpu"u8, (cgroups.Read("cpuacct", "cpuacct.usage_percpu") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries));
        string[][] all = [.. (cgroups.Read("cpuacct", "cpuacct.usage_all") ?? "").Split('\n').Skip(1).Select(static line => line.Split(' ')).Where(static words => words.Length == 3)];
        Numbers(json, "percpu_kernel"u8, [.. all.Select(static words => words[2])]); // "cpu user system"
        Numbers(json, "percpu_user"u8, [.. all.Select(static words => words[1])]);
        json.WriteNumber("kernel"u8, ticks.GetValueOrDefault("system") * NanosecondsPerTick);
        json.WriteNumber("user"u8, ticks.GetValueOrDefault("user") * NanosecondsPerTick);
    }

    private static void Numbers(Utf8JsonWriter json, ReadOnlySpan<byte> name, string[] words)
    {
        if (words.Length == 0) { return; }

        json.WriteStartArray(name);
        foreach (string word in words) { json.WriteNumberValue(Number(word) ?? 0); }

        json.WriteEndArray();
    }
}
