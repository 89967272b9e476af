using System.Text.Json;

namespace Inro.Engine.Containers;

/// <content>Limits and host.</content>
internal static partial class ContainerConfigReader
{
    private static ContainerConfig Limit(ContainerConfig c, string name, ref Utf8JsonReader json) => name switch
    {
        "memoryBytes" => c with { MemoryBytes = json.GetInt64() },
        "memoryReservationBytes" => c with { MemoryReservationBytes = json.GetInt64() },
        "memorySwapBytes" => c with { MemorySwapBytes = json.GetInt64() },
        "memorySwappiness" => c with { MemorySwappiness = json.GetInt32() },
        "nanoCpus" => c with { NanoCpus = json.GetInt64() },
        "cpuShares" => c with { CpuShares = json.GetInt64() },
        "cpuPeriodMicroseconds" => c with { CpuPeriodMicroseconds = json.GetInt64() },
        "cpuQuotaMicroseconds" => c with { CpuQuotaMicroseconds = json.GetInt64() },
        "cpuRealtimePeriodMicroseconds" => c with { CpuRealtimePeriodMicroseconds = json.GetInt64() },
        "cpuRealtimeRuntimeMicroseconds" => c with { CpuRealtimeRuntimeMicroseconds = json.GetInt64() },
        "cpusetCpus" => c with { CpusetCpus = Text(ref json) },
        "cpusetMems" => c with { CpusetMems = Text(ref json) },
        "pidsLimit" => c with { PidsLimit = json.GetInt64() },
        "blkioWeight" => c with { BlkioWeight = json.GetInt32() },
        "blkioWeightDevices" => c with { BlkioWeightDevices = Rates(ref json) },
        "deviceReadBytesPerSecond" => c with { DeviceReadBytesPerSecond = Rates(ref json) },
        "deviceWriteBytesPerSecond" => c with { DeviceWriteBytesPerSecond = Rates(ref json) },
        "deviceReadOperationsPerSecond" => c with { DeviceReadOperationsPerSecond = Rates(ref json) },
        "deviceWriteOperationsPerSecond" => c with { DeviceWriteOperationsPerSecond = Rates(ref json) },
        "oomKillDisable" => c with { OomKillDisable = json.GetBoolean() },
        "oomScoreAdjust" => c with { OomScoreAdjust = json.GetInt32() },
        "resourceLimits" => c with { ResourceLimits = Limits(ref json) },
        "shmSizeBytes" => c with { ShmSizeBytes = json.GetInt64() },
        "cgroupParent" => c with { CgroupParent = Text(ref json) },
        _ => OfHost(c, name, ref json),
    };

    private static ContainerConfig OfHost(ContainerConfig c, string name, ref Utf8JsonReader json) => name switch
    {
        "privileged" => c with { Privileged = json.GetBoolean() },
        "capabilitiesAdded" => c with { CapabilitiesAdded = Strings(ref json) },
        "capabilitiesDropped" => c with { CapabilitiesDropped = Strings(ref json) },
        "securityOptions" => c with { SecurityOptions = Strings(ref json) },
        "sysctls" => c with { Sysctls = Map(ref json) },
        "devices" => c with { Devices = Devices(ref json) },
        "deviceDemands" => c with { DeviceDemands = List(ref json, Demand) },
        "deviceCgroupRules" => c with { DeviceCgroupRules = Strings(ref json) },
        "networkMode" => c with { NetworkMode = Text(ref json) },
        "pidMode" => c with { PidMode = Text(ref json) },
        "ipcMode" => c with { IpcMode = Text(ref json) },
        "utsMode" => c with { UtsMode = Text(ref json) },
        "userNamespace" => c with { UserNamespace = Text(ref json) },
        "cgroupNamespace" => c with { CgroupNamespace = Text(ref json) },
        "dns" => c with { Dns = Strings(ref json) },
        "dnsOptions" => c with { DnsOptions = Strings(ref json) },
        "dnsSearch" => c with { DnsSearch = Strings(ref json) },
        "extraHosts" => c with { ExtraHosts = Strings(ref json) },
        "exposedPorts" => c with { ExposedPorts = Strings(ref json) },
        "publishedPorts" => c with { PublishedPorts = Strings(ref json) },
        "publishAllPorts" => c with { PublishAllPorts = json.GetBoolean() },
        "networkAliases" => c with { NetworkAliases = Strings(ref json) },
        "cgroupFiles" => c with { CgroupFiles = Map(ref json) },
        "links" => c with { Links = Strings(ref json) },
        "linkLocalAddresses" => c with { LinkLocalAddresses = Strings(ref json) },
        "address" => c with { Address = Text(ref json) },
        "address6" => c with { Address6 = Text(ref json) },
        "macAddress" => c with { MacAddress = Text(ref json) },
        "runtime" => c with { Runtime = Text(ref json) },
        "isolation" => c with { Isolation = Text(ref json) },
        _ => OfPodman(c, name, ref json),
    };
}
