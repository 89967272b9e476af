using System.Text.Json;
using static Inro.Runtime.Resources.CounterFile;

namespace Inro.Runtime.Resources;

/// <summary>Tasks, block devices and huge pages, and the parts that have nothing to say here.</summary>
internal static class OtherCounters
{
    public static void Write(Utf8JsonWriter json, CgroupSet cgroups)
    {
        ulong? limit = Number(cgroups.Read("pids", "pids.max"));
        json.WriteStartObject("pids"u8);
        Unless0(json, "current"u8, Number(cgroups.Read("pids", "pids.current")));
        Unless0(json, "limit"u8, limit == ulong.MaxValue ? null : limit);
        json.WriteEndObject();
        WriteBlocks(json, cgroups);
        WriteHugePages(json, cgroups);
        json.WriteStartObject("intel_rdt"u8);
        json.WriteEndObject();
        json.WriteNull("network_interfaces"u8); // made by others, who know them
    }

    private static void WriteBlocks(Utf8JsonWriter json, CgroupSet cgroups)
    {
        json.WriteStartObject("blkio"u8);
        if (cgroups.IsUnified("io") is true)
        {
            string[] lines = (cgroups.Read("io", "io.stat") ?? "").Split('\n');
            Entries(json, "ioServiceBytesRecursive"u8, Unified(lines, ("rbytes", "Read"), ("wbytes", "Write"), ("dbytes", "Discard")));
            Entries(json, "ioServicedRecursive"u8, Unified(lines, ("rios", "Read"), ("wios", "Write"), ("dios", "Discard")));
            Pressure(json, cgroups.Read("io", "io.pressure"));
        }
        else
        {
            Entries(json, "ioServiceBytesRecursive"u8, Legacy(cgroups, "io_service_bytes"));
            Entries(json, "ioServicedRecursive"u8, Legacy(cgroups, "io_serviced"));
        }

        json.WriteEndObject();
    }

    // "8:0 rbytes=1 wbytes=2 ..."
    private static List<BlockEntry> Unified(string[] lines, params ReadOnlySpan<(string Key, string Operation)> kinds)
    {
        List<BlockEntry> entries = [];
        foreach (string line in lines)
        {
            string[] words = line.Split(' ');
            foreach ((string key, string operation) in kinds)
            {
                foreach (string word in words)
                {
                    if (word.StartsWith(key + "=", StringComparison.Ordinal) && Number(word[(key.Length + 1)..]) is { } value) { Add(entries, words[0], operation, value); }
                }
            }
        }

        return entries;
    }

    // "8:0 Read 1"; the bandwidth scheduler counts for itself, as runc prefers it.
    private static List<BlockEntry> Legacy(CgroupSet cgroups, string name)
    {
        List<BlockEntry> entries = [];
        string? text = cgroups.Read("blkio", $"blkio.bfq.{name}_recursive");
        if (string.IsNullOrEmpty(text) || text == "Total 0") { text = cgroups.Read("blkio", $"blkio.throttle.{name}_recursive"); }

        foreach (string line in (text ?? "").Split('\n'))
        {
            if (line.Split(' ') is [var device, var operation, var value] && Number(value) is { } number) { Add(entries, device, operation, number); }
        }

        return entries;
    }

    private static void Add(List<BlockEntry> entries, string device, string operation, ulong value)
    {
        if (device.Split(':') is [var major, var minor] && Number(major) is { } first && Number(minor) is { } second) { entries.Add(new(first, second, operation, value)); }
    }

    private static void Entries(Utf8JsonWriter json, ReadOnlySpan<byte> name, List<BlockEntry> entries)
    {
        if (entries.Count == 0) { return; }

        json.WriteStartArray(name);
        foreach (BlockEntry entry in entries)
        {
            json.WriteStartObject();
            Unless0(json, "major"u8, entry.Major);
            Unless0(json, "minor"u8, entry.Minor);
            json.WriteString("op"u8, entry.Operation);
            Unless0(json, "value"u8, entry.Value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteHugePages(Utf8JsonWriter json, CgroupSet cgroups)
    {
        bool isUnified = cgroups.IsUnified("hugetlb") is true;
        json.WriteStartObject("hugetlb"u8);
        foreach (string size in (string[])["64KB", "2MB", "32MB", "1GB", "16GB"])
        {
            string usage = isUnified ? "current" : "usage_in_bytes";
            string part = cgroups.Read("hugetlb", $"hugetlb.{size}.rsvd.{usage}") is null ? $"hugetlb.{size}." : $"hugetlb.{size}.rsvd.";
            if (Number(cgroups.Read("hugetlb", part + usage)) is not { } used) { continue; }

            json.WriteStartObject(size);
            Unless0(json, "usage"u8, used);
            Unless0(json, "max"u8, Number(cgroups.Read("hugetlb", part + "max_usage_in_bytes")));
            json.WriteNumber("failcnt"u8, (isUnified ? Named(cgroups.Read("hugetlb", $"hugetlb.{size}.events")).GetValueOrDefault("max") : Number(cgroups.Read("hugetlb", part + "failcnt"))) ?? 0);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private readonly record struct BlockEntry(ulong Major, ulong Minor, string Operation, ulong Value);
}
