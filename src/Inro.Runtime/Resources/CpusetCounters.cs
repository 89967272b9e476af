using System.Globalization;
using System.Text.Json;
using static Inro.Runtime.Resources.CounterFile;

namespace Inro.Runtime.Resources;

/// <summary>Where a container may run. Only v1's files say more than the two lists.</summary>
internal static class CpusetCounters
{
    /// <summary>No machine has more processors or memory nodes.</summary>
    private const uint Highest = ushort.MaxValue;

    public static void Write(Utf8JsonWriter json, CgroupSet cgroups)
    {
        bool isUnified = cgroups.IsUnified("cpuset") is true;
        json.WriteStartObject("cpuset"u8);
        List(json, "cpus"u8, cgroups.Read("cpuset", isUnified ? "cpuset.cpus.effective" : "cpuset.cpus"));
        Flag(json, cgroups, "cpu_exclusive"u8, "cpuset.cpu_exclusive");
        List(json, "mems"u8, cgroups.Read("cpuset", isUnified ? "cpuset.mems.effective" : "cpuset.mems"));
        Flag(json, cgroups, "mem_hardwall"u8, "cpuset.mem_hardwall");
        Flag(json, cgroups, "mem_exclusive"u8, "cpuset.mem_exclusive");
        Flag(json, cgroups, "memory_migrate"u8, "cpuset.memory_migrate");
        Flag(json, cgroups, "memory_spread_page"u8, "cpuset.memory_spread_page");
        Flag(json, cgroups, "memory_spread_slab"u8, "cpuset.memory_spread_slab");
        Flag(json, cgroups, "memory_pressure"u8, "cpuset.memory_pressure");
        Flag(json, cgroups, "sched_load_balance"u8, "cpuset.sched_load_balance");
        _ = long.TryParse(cgroups.Read("cpuset", "cpuset.sched_relax_domain_level"), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long level);
        json.WriteNumber("sched_relax_domain_level"u8, level);
        json.WriteEndObject();
    }

    private static void Flag(Utf8JsonWriter json, CgroupSet cgroups, ReadOnlySpan<byte> name, string file) =>
        json.WriteNumber(name, Number(cgroups.Read("cpuset", file)) ?? 0);

    // "0-3,7"
    private static void List(Utf8JsonWriter json, ReadOnlySpan<byte> name, string? text)
    {
        if (string.IsNullOrEmpty(text)) { return; }

        json.WriteStartArray(name);
        foreach (string range in text.Split(','))
        {
            string[] ends = range.Split('-');
            if (!TryNumber(ends[0], out uint first) || !TryNumber(ends[^1], out uint last)) { continue; }

            for (uint number = first; number <= last; number++) { json.WriteNumberValue(number); }
        }

        json.WriteEndArray();
    }

    private static bool TryNumber(string text, out uint number) => uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number <= Highest;
}
