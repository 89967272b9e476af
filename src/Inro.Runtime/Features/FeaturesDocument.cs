using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Inro.Linux.Capabilities;
using Inro.Runtime.Rootfs;

namespace Inro.Runtime.Features;

/// <summary>What this runtime can do, in the form of the specification.</summary>
/// <remarks>Source: OCI runtime-spec 1.3, features.md and features-linux.md.</remarks>
public static class FeaturesDocument
{
    /// <summary>Oldest version of the specification whose configurations are taken.</summary>
    public const string OldestVersion = "1.0.0";

    private static readonly string[] Hooks = ["prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"];

    private static readonly string[] Namespaces = ["cgroup", "ipc", "mount", "network", "pid", "time", "user", "uts"];

    /// <summary>Annotations of a configuration by which the runtime does more than the configuration's fields say.</summary>
    private static readonly string[] UnsafeAnnotations = [Resources.SeccompFilterCache.ProfileAnnotation, Systemd.PropertyAnnotations.Prefix, Checkpoint.Dump.ConfigAnnotation];

    /// <summary>The document, as UTF-8.</summary>
    /// <param name="newestVersion">Newest version of the specification that is followed.</param>
    /// <param name="annotations">Further facts, by names of the product's own.</param>
    public static byte[] Write(string newestVersion, IReadOnlyDictionary<string, string> annotations)
    {
        var buffer = new ArrayBufferWriter<byte>(8192);
        var options = new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (var json = new Utf8JsonWriter(buffer, options))
        {
            json.WriteStartObject();
            json.WriteString("ociVersionMin"u8, OldestVersion);
            json.WriteString("ociVersionMax"u8, newestVersion);
            Strings(json, "hooks"u8, Hooks);
            Strings(json, "mountOptions"u8, MountOptionTable.Names);
            json.WriteStartObject("linux"u8);
            WriteLinux(json);
            json.WriteEndObject();
            json.WriteStartObject("annotations"u8);
            foreach ((string name, string value) in annotations) { json.WriteString(name, value); }

            json.WriteEndObject();
            Strings(json, "potentiallyUnsafeConfigAnnotations"u8, UnsafeAnnotations);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteLinux(Utf8JsonWriter json)
    {
        Strings(json, "namespaces"u8, Namespaces);
        Strings(json, "capabilities"u8, [.. Enumerable.Range(0, CapabilityNames.Count).Select(static bit => CapabilityNames.Of((Capability)bit))]);
        json.WriteStartObject("cgroup"u8);
        json.WriteBoolean("v1"u8, true);
        json.WriteBoolean("v2"u8, true);
        json.WriteBoolean("systemd"u8, RuntimeAbilities.SystemdCgroups);
        json.WriteBoolean("systemdUser"u8, RuntimeAbilities.SystemdCgroups);
        json.WriteBoolean("rdma"u8, true);
        json.WriteEndObject();
        SeccompFeatures.Write(json);
        Enabled(json, "apparmor"u8, RuntimeAbilities.AppArmor);
        Enabled(json, "selinux"u8, RuntimeAbilities.Selinux);
        WriteIntelRdt(json);
        WriteMemoryPolicy(json);
        json.WriteStartObject("mountExtensions"u8);
        Enabled(json, "idmap"u8, isEnabled: true);
        json.WriteEndObject();
        Enabled(json, "netDevices"u8, RuntimeAbilities.NetDevices);
    }

    private static void WriteIntelRdt(Utf8JsonWriter json)
    {
        json.WriteStartObject("intelRdt"u8);
        json.WriteBoolean("enabled"u8, RuntimeAbilities.IntelRdt);
        json.WriteBoolean("schemata"u8, RuntimeAbilities.IntelRdt);
        json.WriteBoolean("monitoring"u8, RuntimeAbilities.IntelRdt);
        json.WriteEndObject();
    }

    private static void WriteMemoryPolicy(Utf8JsonWriter json)
    {
        json.WriteStartObject("memoryPolicy"u8);
        Strings(json, "modes"u8, ["MPOL_BIND", "MPOL_DEFAULT", "MPOL_INTERLEAVE", "MPOL_LOCAL", "MPOL_PREFERRED", "MPOL_PREFERRED_MANY", "MPOL_WEIGHTED_INTERLEAVE"]);
        Strings(json, "flags"u8, ["MPOL_F_NUMA_BALANCING", "MPOL_F_RELATIVE_NODES", "MPOL_F_STATIC_NODES"]);
        json.WriteEndObject();
    }

    private static void Enabled(Utf8JsonWriter json, ReadOnlySpan<byte> name, bool isEnabled)
    {
        json.WriteStartObject(name);
        json.WriteBoolean("enabled"u8, isEnabled);
        json.WriteEndObject();
    }

    internal static void Strings(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<string> values)
    {
        json.WriteStartArray(name);
        foreach (string value in values) { json.WriteStringValue(value); }

        json.WriteEndArray();
    }
}
