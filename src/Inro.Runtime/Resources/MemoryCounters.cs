using System.Text.Json;
using static Inro.Runtime.Resources.CounterFile;

namespace Inro.Runtime.Resources;

/// <summary>Memory, in bytes. Swap has v1's meaning: memory and swap together.</summary>
internal static class MemoryCounters
{
    public static void Write(Utf8JsonWriter json, CgroupSet cgroups)
    {
        bool isUnified = cgroups.IsUnified("memory") is true;
        IReadOnlyDictionary<string, ulong> stat = Named(cgroups.Read("memory", "memory.stat"));
        json.WriteStartObject("memory"u8);
        Unless0(json, "cache"u8, stat.GetValueOrDefault(isUnified ? "file" : "cache"));
        if (isUnified) { WriteUnified(json, cgroups); }
        else
        {
            Legacy(json, "usage"u8, cgroups, "memory");
            Legacy(json, "swap"u8, cgroups, "memory.memsw");
            Legacy(json, "kernel"u8, cgroups, "memory.kmem");
            Legacy(json, "kernelTCP"u8, cgroups, "memory.kmem.tcp");
        }

        if (stat.Count > 0)
        {
            json.WriteStartObject("raw"u8);
            foreach ((string name, ulong value) in stat) { json.WriteNumber(name, value); }

            json.WriteEndObject();
        }

        Pressure(json, cgroups.ReadUnified("memory.pressure"));
        json.WriteEndObject();
    }

    private static void Legacy(Utf8JsonWriter json, ReadOnlySpan<byte> name, CgroupSet cgroups, string prefix) => Entry(
        json, name,
        Number(cgroups.Read("memory", prefix + ".limit_in_bytes")), Number(cgroups.Read("memory", prefix + ".usage_in_bytes")),
        Number(cgroups.Read("memory", prefix + ".max_usage_in_bytes")), Number(cgroups.Read("memory", prefix + ".failcnt")));

    private static void WriteUnified(Utf8JsonWriter json, CgroupSet cgroups)
    {
        ulong limit = Number(cgroups.Read("memory", "memory.max")) ?? 0;
        ulong usage = Number(cgroups.Read("memory", "memory.current")) ?? 0;
        ulong swapLimit = Number(cgroups.Read("memory", "memory.swap.max")) ?? 0;
        ulong swap = Number(cgroups.Read("memory", "memory.swap.current")) ?? 0;
        ulong failures = Named(cgroups.Read("memory", "memory.events")).GetValueOrDefault("max");
        Entry(json, "usage"u8, limit, usage, Number(cgroups.Read("memory", "memory.peak")), failures);
        Entry(json, "swap"u8, swapLimit == ulong.MaxValue || limit == ulong.MaxValue ? ulong.MaxValue : limit + swapLimit, usage + swap, null, null);
        Entry(json, "kernel"u8, null, null, null, null);
        Entry(json, "kernelTCP"u8, null, null, null, null);
    }

    private static void Entry(Utf8JsonWriter json, ReadOnlySpan<byte> name, ulong? limit, ulong? usage, ulong? most, ulong? failures)
    {
        json.WriteStartObject(name);
        json.WriteNumber("limit"u8, limit ?? 0);
        Unless0(json, "usage"u8, usage);
        Unless0(json, "max"u8, most);
        json.WriteNumber("failcnt"u8, failures ?? 0);
        json.WriteEndObject();
    }
}
