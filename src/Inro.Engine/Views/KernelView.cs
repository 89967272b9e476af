using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Inro.Engine.Statistics;
using Inro.Linux.Capabilities;

namespace Inro.Engine.Views;

/// <summary>A running container as the kernel has it, not as it was asked for: read from <c>/proc</c> and its cgroups at this moment.</summary>
public static class KernelView
{
    private const int MaxFileBytes = 256 * 1024;

    private static readonly string[] Namespaces = ["cgroup", "ipc", "mnt", "net", "pid", "time", "user", "uts"];
    private static readonly (string Field, string Name)[] Sets =
        [("CapInh", "Inherited"), ("CapPrm", "Permitted"), ("CapEff", "Effective"), ("CapBnd", "Bounding"), ("CapAmb", "Ambient")];

    /// <summary>Writes the view.</summary>
    /// <param name="id">Full id.</param>
    /// <param name="name">Its name.</param>
    /// <param name="pid">Its first process, as this host numbers it; the caller knows that it is still that one.</param>
    /// <param name="cgroups">Its cgroups: directory, and the files in it with what they say.</param>
    public static JsonElement Read(string id, string name, int pid, IReadOnlyList<CgroupFiles> cgroups)
    {
        string directory = string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/");
        Dictionary<string, string> status = Status(directory);
        var buffer = new ArrayBufferWriter<byte>(16 * 1024);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("Id"u8, id);
            json.WriteString("Name"u8, name);
            json.WriteNumber("Pid"u8, pid);
            List(json, "NSpid", Words(status, "NSpid"));
            json.WriteString("State"u8, status.GetValueOrDefault("State", ""));
            WriteNamespaces(json, directory);
            WriteIdentity(json, directory, status);
            WriteConfinement(json, directory, status);
            WriteCgroups(json, cgroups);
            WriteMounts(json, directory);
            json.WriteEndObject();
        }

        using var document = JsonDocument.Parse(buffer.WrittenMemory);
        return document.RootElement.Clone();
    }

    private static void WriteNamespaces(Utf8JsonWriter json, string directory)
    {
        json.WriteStartObject("Namespaces"u8);
        foreach (string kind in Namespaces)
        {
            if (Link(directory + "ns/" + kind) is not { } own) { continue; }

            json.WriteStartObject(kind);
            json.WriteString("Id"u8, own);
            json.WriteBoolean("IsHost"u8, own == Link("/proc/1/ns/" + kind) || own == Link("/proc/self/ns/" + kind));
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteIdentity(Utf8JsonWriter json, string directory, Dictionary<string, string> status)
    {
        List(json, "Uids", Words(status, "Uid"));
        List(json, "Gids", Words(status, "Gid"));
        List(json, "Groups", Words(status, "Groups"));
        List(json, "UidMap", Lines(directory + "uid_map"));
        List(json, "GidMap", Lines(directory + "gid_map"));
        json.WriteStartObject("Capabilities"u8);
        foreach ((string field, string name) in Sets)
        {
            bool isMask = ulong.TryParse(status.GetValueOrDefault(field), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong mask);
            List(json, name, isMask ? new CapabilitySet(mask).Intersect(CapabilitySet.Known).ToNames() : []);
        }

        json.WriteEndObject();
    }

    private static void WriteConfinement(Utf8JsonWriter json, string directory, Dictionary<string, string> status)
    {
        json.WriteBoolean("NoNewPrivileges"u8, status.GetValueOrDefault("NoNewPrivs") == "1");
        json.WriteStartObject("Seccomp"u8);
        json.WriteString("Mode"u8, status.GetValueOrDefault("Seccomp") switch { "0" => "disabled", "1" => "strict", "2" => "filter", _ => "unknown" });
        json.WriteString("Filters"u8, status.GetValueOrDefault("Seccomp_filters", ""));
        json.WriteEndObject();
        json.WriteString("SecurityLabel"u8, (TryRead(directory + "attr/current") ?? "").TrimEnd('\0', '\n'));
        json.WriteString("OomScoreAdjust"u8, (TryRead(directory + "oom_score_adj") ?? "").Trim());
        json.WriteStartObject("Limits"u8);
        foreach (string line in Lines(directory + "limits").Skip(1))
        {
            if (line.Length <= LimitColumn) { continue; }

            string[] values = line[LimitColumn..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (values.Length >= 2) { json.WriteString(line[..LimitColumn].Trim(), $"{values[0]} {values[1]}"); }
        }

        json.WriteEndObject();
    }

    private static void WriteCgroups(Utf8JsonWriter json, IReadOnlyList<CgroupFiles> cgroups)
    {
        json.WriteStartArray("Cgroups"u8);
        foreach (CgroupFiles cgroup in cgroups)
        {
            json.WriteStartObject();
            json.WriteString("Hierarchy"u8, cgroup.Hierarchy);
            json.WriteString("Directory"u8, cgroup.Directory);
            json.WriteStartObject("Files"u8);
            foreach ((string name, string value) in cgroup.Values) { json.WriteString(name, value); }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    // id parent major:minor root mount-point options optional… - type source options; see proc_pid_mountinfo(5)
    private static void WriteMounts(Utf8JsonWriter json, string directory)
    {
        json.WriteStartArray("Mounts"u8);
        foreach (string line in Lines(directory + "mountinfo"))
        {
            string[] words = line.Split(' ');
            int dash = Array.IndexOf(words, "-");
            if (dash < 6 || words.Length < dash + 4) { continue; }

            json.WriteStartObject();
            json.WriteString("Target"u8, words[4]);
            json.WriteString("Type"u8, words[dash + 1]);
            json.WriteString("Source"u8, words[dash + 2]);
            json.WriteString("Root"u8, words[3]);
            json.WriteString("Options"u8, words[5]);
            json.WriteString("SuperOptions"u8, words[dash + 3]);
            json.WriteString("Propagation"u8, string.Join(' ', words[6..dash]));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private const int LimitColumn = 26;

    private static Dictionary<string, string> Status(string directory)
    {
        Dictionary<string, string> status = new(StringComparer.Ordinal);
        foreach (string line in Lines(directory + "status"))
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0) { status.TryAdd(line[..colon], line[(colon + 1)..].Trim()); }
        }

        return status;
    }

    private static string[] Words(Dictionary<string, string> status, string field) =>
        status.GetValueOrDefault(field, "").Split((char[])['\t', ' '], StringSplitOptions.RemoveEmptyEntries);

    private static string[] Lines(string path) => (TryRead(path) ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static string? TryRead(string path)
    {
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            byte[] bytes = new byte[MaxFileBytes];
            int length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return System.Text.Encoding.UTF8.GetString(bytes, 0, length);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException) { return null; }
    }

    private static string? Link(string path)
    {
        try { return new FileInfo(path).LinkTarget; }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException) { return null; }
    }

    private static void List(Utf8JsonWriter json, string name, IReadOnlyList<string> values)
    {
        json.WriteStartArray(name);
        foreach (string value in values) { json.WriteStringValue(value); }

        json.WriteEndArray();
    }
}
