using System.Text.Json;

namespace Inro.Spec.Runtime;

public static partial class RuntimeConfigWriter
{
    private static void WriteLinux(Utf8JsonWriter json, LinuxConfig linux)
    {
        json.WriteStartObject("linux"u8);
        Objects(json, "namespaces"u8, linux.Namespaces, static (json, ns) =>
        {
            json.WriteString("type"u8, ns.Type);
            Text(json, "path"u8, ns.Path);
        });
        Objects(json, "uidMappings"u8, linux.UidMappings, WriteMapping);
        Objects(json, "gidMappings"u8, linux.GidMappings, WriteMapping);
        if (linux.TimeOffsets is { } offsets) { WriteTimeOffsets(json, offsets); }

        Objects(json, "devices"u8, linux.Devices, WriteDevice);
        if (linux.NetDevices.Count > 0) { WriteNetDevices(json, linux.NetDevices); }

        Text(json, "cgroupsPath"u8, linux.CgroupsPath);
        if (linux.Resources is { } resources)
        {
            json.WritePropertyName("resources"u8);
            WriteResources(json, resources);
        }

        Text(json, "rootfsPropagation"u8, linux.RootfsPropagation);
        if (linux.Seccomp is { } seccomp) { WriteSeccomp(json, seccomp); }

        Map(json, "sysctl"u8, linux.Sysctl);
        Strings(json, "maskedPaths"u8, linux.MaskedPaths);
        Strings(json, "readonlyPaths"u8, linux.ReadonlyPaths);
        Text(json, "mountLabel"u8, linux.MountLabel);
        WriteRarely(json, linux);
        json.WriteEndObject();
    }

    private static void WriteTimeOffsets(Utf8JsonWriter json, TimeOffsetsConfig offsets)
    {
        json.WriteStartObject("timeOffsets"u8);
        WriteTimeOffset(json, "monotonic"u8, offsets.Monotonic);
        WriteTimeOffset(json, "boottime"u8, offsets.Boottime);
        json.WriteEndObject();
    }

    private static void WriteTimeOffset(Utf8JsonWriter json, ReadOnlySpan<byte> name, TimeOffset? offset)
    {
        if (offset is null) { return; }

        json.WriteStartObject(name);
        json.WriteNumber("secs"u8, offset.Seconds);
        json.WriteNumber("nanosecs"u8, offset.Nanoseconds);
        json.WriteEndObject();
    }

    private static void WriteDevice(Utf8JsonWriter json, DeviceConfig device)
    {
        json.WriteString("type"u8, device.Type);
        json.WriteString("path"u8, device.Path);
        json.WriteNumber("major"u8, device.Major);
        json.WriteNumber("minor"u8, device.Minor);
        Number(json, "fileMode"u8, device.FileMode);
        Number(json, "uid"u8, device.Uid);
        Number(json, "gid"u8, device.Gid);
    }

    private static void WriteNetDevices(Utf8JsonWriter json, IReadOnlyDictionary<string, NetDeviceConfig> devices)
    {
        json.WriteStartObject("netDevices"u8);
        foreach ((string host, NetDeviceConfig device) in devices)
        {
            json.WriteStartObject(host);
            Text(json, "name"u8, device.Name);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteSeccomp(Utf8JsonWriter json, LinuxSeccomp seccomp)
    {
        json.WriteStartObject("seccomp"u8);
        json.WriteString("defaultAction"u8, seccomp.DefaultAction);
        Number(json, "defaultErrnoRet"u8, seccomp.DefaultErrnoRet);
        Strings(json, "architectures"u8, seccomp.Architectures);
        if (seccomp.Flags is { } flags)
        {
            json.WriteStartArray("flags"u8);
            foreach (string flag in flags) { json.WriteStringValue(flag); }

            json.WriteEndArray();
        }

        Text(json, "listenerPath"u8, seccomp.ListenerPath);
        Text(json, "listenerMetadata"u8, seccomp.ListenerMetadata);
        Objects(json, "syscalls"u8, seccomp.Syscalls, WriteSeccompRule);
        json.WriteEndObject();
    }

    private static void WriteSeccompRule(Utf8JsonWriter json, SeccompRule rule)
    {
        Strings(json, "names"u8, rule.Names);
        json.WriteString("action"u8, rule.Action);
        Number(json, "errnoRet"u8, rule.ErrnoRet);
        Objects(json, "args"u8, rule.Args, static (json, arg) =>
        {
            json.WriteNumber("index"u8, arg.Index);
            json.WriteNumber("value"u8, arg.Value);
            if (arg.ValueTwo != 0) { json.WriteNumber("valueTwo"u8, arg.ValueTwo); }

            json.WriteString("op"u8, arg.Operator);
        });
    }

    private static void WriteRarely(Utf8JsonWriter json, LinuxConfig linux)
    {
        if (linux.IntelRdt is { } rdt)
        {
            json.WriteStartObject("intelRdt"u8);
            Text(json, "closID"u8, rdt.ClosId);
            Strings(json, "schemata"u8, rdt.Schemata);
            Text(json, "l3CacheSchema"u8, rdt.L3CacheSchema);
            Text(json, "memBwSchema"u8, rdt.MemBwSchema);
            True(json, "enableMonitoring"u8, rdt.EnableMonitoring);
            json.WriteEndObject();
        }

        if (linux.MemoryPolicy is { } policy)
        {
            json.WriteStartObject("memoryPolicy"u8);
            json.WriteString("mode"u8, policy.Mode);
            Text(json, "nodes"u8, policy.Nodes);
            Strings(json, "flags"u8, policy.Flags);
            json.WriteEndObject();
        }

        if (linux.Personality is { } personality)
        {
            json.WriteStartObject("personality"u8);
            json.WriteString("domain"u8, personality.Domain);
            Strings(json, "flags"u8, personality.Flags);
            json.WriteEndObject();
        }
    }
}
