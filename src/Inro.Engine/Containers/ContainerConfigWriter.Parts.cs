using System.Text.Json;

namespace Inro.Engine.Containers;

/// <content>Limits, host and the small parts.</content>
internal static partial class ContainerConfigWriter
{
    private static void Resources(Utf8JsonWriter json, ContainerConfig c)
    {
        Number(json, "memoryBytes"u8, c.MemoryBytes);
        Number(json, "memoryReservationBytes"u8, c.MemoryReservationBytes);
        Number(json, "memorySwapBytes"u8, c.MemorySwapBytes);
        Number(json, "memorySwappiness"u8, c.MemorySwappiness);
        Number(json, "nanoCpus"u8, c.NanoCpus);
        Number(json, "cpuShares"u8, c.CpuShares);
        Number(json, "cpuPeriodMicroseconds"u8, c.CpuPeriodMicroseconds);
        Number(json, "cpuQuotaMicroseconds"u8, c.CpuQuotaMicroseconds);
        Number(json, "cpuRealtimePeriodMicroseconds"u8, c.CpuRealtimePeriodMicroseconds);
        Number(json, "cpuRealtimeRuntimeMicroseconds"u8, c.CpuRealtimeRuntimeMicroseconds);
        Text(json, "cpusetCpus"u8, c.CpusetCpus);
        Text(json, "cpusetMems"u8, c.CpusetMems);
        Number(json, "pidsLimit"u8, c.PidsLimit);
        Number(json, "blkioWeight"u8, c.BlkioWeight);
        Rates(json, "blkioWeightDevices"u8, c.BlkioWeightDevices);
        Rates(json, "deviceReadBytesPerSecond"u8, c.DeviceReadBytesPerSecond);
        Rates(json, "deviceWriteBytesPerSecond"u8, c.DeviceWriteBytesPerSecond);
        Rates(json, "deviceReadOperationsPerSecond"u8, c.DeviceReadOperationsPerSecond);
        Rates(json, "deviceWriteOperationsPerSecond"u8, c.DeviceWriteOperationsPerSecond);
        Choice(json, "oomKillDisable"u8, c.OomKillDisable);
        Number(json, "oomScoreAdjust"u8, c.OomScoreAdjust);
        if (c.ResourceLimits.Count > 0)
        {
            json.WriteStartArray("resourceLimits"u8);
            foreach (ResourceLimit limit in c.ResourceLimits)
            {
                json.WriteStartObject();
                json.WriteString("name"u8, limit.Name);
                json.WriteNumber("soft"u8, limit.Soft);
                json.WriteNumber("hard"u8, limit.Hard);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        Number(json, "shmSizeBytes"u8, c.ShmSizeBytes);
        Text(json, "cgroupParent"u8, c.CgroupParent);
        Map(json, "cgroupFiles"u8, c.CgroupFiles);
    }

    private static void Host(Utf8JsonWriter json, ContainerConfig c)
    {
        Flag(json, "privileged"u8, c.Privileged);
        List(json, "capabilitiesAdded"u8, c.CapabilitiesAdded);
        List(json, "capabilitiesDropped"u8, c.CapabilitiesDropped);
        List(json, "securityOptions"u8, c.SecurityOptions);
        Map(json, "sysctls"u8, c.Sysctls);
        if (c.Devices.Count > 0)
        {
            json.WriteStartArray("devices"u8);
            foreach (DeviceRequest device in c.Devices)
            {
                json.WriteStartObject();
                json.WriteString("hostPath"u8, device.HostPath);
                json.WriteString("containerPath"u8, device.ContainerPath);
                json.WriteString("permissions"u8, device.Permissions);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        Demands(json, c.DeviceDemands);
        List(json, "deviceCgroupRules"u8, c.DeviceCgroupRules);
        Text(json, "networkMode"u8, c.NetworkMode);
        Text(json, "pidMode"u8, c.PidMode);
        Text(json, "ipcMode"u8, c.IpcMode);
        Text(json, "utsMode"u8, c.UtsMode);
        Text(json, "userNamespace"u8, c.UserNamespace);
        Text(json, "cgroupNamespace"u8, c.CgroupNamespace);
        List(json, "dns"u8, c.Dns);
        List(json, "dnsOptions"u8, c.DnsOptions);
        List(json, "dnsSearch"u8, c.DnsSearch);
        List(json, "extraHosts"u8, c.ExtraHosts);
        List(json, "exposedPorts"u8, c.ExposedPorts);
        List(json, "publishedPorts"u8, c.PublishedPorts);
        Flag(json, "publishAllPorts"u8, c.PublishAllPorts);
        List(json, "networkAliases"u8, c.NetworkAliases);
        List(json, "links"u8, c.Links);
        List(json, "linkLocalAddresses"u8, c.LinkLocalAddresses);
        Text(json, "address"u8, c.Address);
        Text(json, "address6"u8, c.Address6);
        Text(json, "macAddress"u8, c.MacAddress);
        Text(json, "runtime"u8, c.Runtime);
        Text(json, "isolation"u8, c.Isolation);
    }

    private static void Text(Utf8JsonWriter json, ReadOnlySpan<byte> name, string? value)
    {
        if (!string.IsNullOrEmpty(value)) { json.WriteString(name, value); }
    }

    private static void Flag(Utf8JsonWriter json, ReadOnlySpan<byte> name, bool value)
    {
        if (value) { json.WriteBoolean(name, true); }
    }

    private static void Choice(Utf8JsonWriter json, ReadOnlySpan<byte> name, bool? value)
    {
        if (value is { } chosen) { json.WriteBoolean(name, chosen); }
    }

    private static void Number(Utf8JsonWriter json, ReadOnlySpan<byte> name, long? value)
    {
        if (value is { } number) { json.WriteNumber(name, number); }
    }

    private static void List(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<string> values)
    {
        if (values.Count > 0) { Nullable(json, name, values); }
    }

    /// <summary>A list in which empty and missing differ.</summary>
    private static void Nullable(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<string>? values)
    {
        if (values is null) { return; }

        json.WriteStartArray(name);
        foreach (string value in values) { json.WriteStringValue(value); }

        json.WriteEndArray();
    }

    private static void Map(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyDictionary<string, string> values)
    {
        if (values.Count == 0) { return; }

        json.WriteStartObject(name);
        foreach ((string key, string value) in values) { json.WriteString(key, value); }

        json.WriteEndObject();
    }

    private static void Rates(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<DeviceRate> rates)
    {
        if (rates.Count == 0) { return; }

        json.WriteStartArray(name);
        foreach (DeviceRate rate in rates)
        {
            json.WriteStartObject();
            json.WriteString("path"u8, rate.Path);
            json.WriteNumber("value"u8, rate.Value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
