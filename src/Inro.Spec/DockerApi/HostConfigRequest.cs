using System.Text.Json.Serialization;

namespace Inro.Spec.DockerApi;

/// <summary>What a container is to get from the host. Null: the client did not say.</summary>
/// <remarks>Source: Docker Engine API 1.51, HostConfig and Resources.</remarks>
public sealed record HostConfigRequest
{
#pragma warning disable CS1591 // the names are the API's: its reference explains them
    public IReadOnlyList<string>? Binds { get; init; }
    public LogConfigRequest? LogConfig { get; init; }
    public string? NetworkMode { get; init; }
    public IReadOnlyDictionary<string, IReadOnlyList<PortBindingRequest>?>? PortBindings { get; init; }
    public RestartPolicyRequest? RestartPolicy { get; init; }
    public bool AutoRemove { get; init; }
    public string? VolumeDriver { get; init; }
    public IReadOnlyList<string>? VolumesFrom { get; init; }
    public IReadOnlyList<MountAskedFor>? Mounts { get; init; }
    public IReadOnlyList<int>? ConsoleSize { get; init; }
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }
    public IReadOnlyList<string>? CapAdd { get; init; }
    public IReadOnlyList<string>? CapDrop { get; init; }
    public string? CgroupnsMode { get; init; }
    public IReadOnlyList<string>? Dns { get; init; }
    public IReadOnlyList<string>? DnsOptions { get; init; }
    public IReadOnlyList<string>? DnsSearch { get; init; }
    public IReadOnlyList<string>? ExtraHosts { get; init; }
    public IReadOnlyList<string>? GroupAdd { get; init; }
    public string? IpcMode { get; init; }
    public IReadOnlyList<string>? Links { get; init; }
    public int? OomScoreAdj { get; init; }
    public string? PidMode { get; init; }
    public bool Privileged { get; init; }
    public bool PublishAllPorts { get; init; }
    public bool ReadonlyRootfs { get; init; }
    public IReadOnlyList<string>? SecurityOpt { get; init; }
    public IReadOnlyDictionary<string, string>? StorageOpt { get; init; }
    public IReadOnlyDictionary<string, string>? Tmpfs { get; init; }

    [JsonPropertyName("UTSMode")]
    public string? UtsMode { get; init; }
    public string? UsernsMode { get; init; }
    public long? ShmSize { get; init; }
    public IReadOnlyDictionary<string, string>? Sysctls { get; init; }
    public string? Runtime { get; init; }
    public string? Isolation { get; init; }
    public long? CpuShares { get; init; }
    public long? Memory { get; init; }
    public long? NanoCpus { get; init; }
    public string? CgroupParent { get; init; }
    public int? BlkioWeight { get; init; }
    public IReadOnlyList<WeightDeviceView>? BlkioWeightDevice { get; init; }
    public IReadOnlyList<ThrottleDeviceView>? BlkioDeviceReadBps { get; init; }
    public IReadOnlyList<ThrottleDeviceView>? BlkioDeviceWriteBps { get; init; }

    [JsonPropertyName("BlkioDeviceReadIOps")]
    public IReadOnlyList<ThrottleDeviceView>? BlkioDeviceReadOperations { get; init; }

    [JsonPropertyName("BlkioDeviceWriteIOps")]
    public IReadOnlyList<ThrottleDeviceView>? BlkioDeviceWriteOperations { get; init; }
    public long? CpuPeriod { get; init; }
    public long? CpuQuota { get; init; }
    public long? CpuRealtimePeriod { get; init; }
    public long? CpuRealtimeRuntime { get; init; }
    public string? CpusetCpus { get; init; }
    public string? CpusetMems { get; init; }
    public IReadOnlyList<DeviceMappingRequest>? Devices { get; init; }
    public IReadOnlyList<string>? DeviceCgroupRules { get; init; }
    public IReadOnlyList<DeviceDemandRequest>? DeviceRequests { get; init; }
    public long? MemoryReservation { get; init; }
    public long? MemorySwap { get; init; }
    public int? MemorySwappiness { get; init; }
    public bool? OomKillDisable { get; init; }
    public long? PidsLimit { get; init; }
    public IReadOnlyList<UlimitView>? Ulimits { get; init; }
    public IReadOnlyList<string>? MaskedPaths { get; init; }
    public IReadOnlyList<string>? ReadonlyPaths { get; init; }
    public bool? Init { get; init; }
}

/// <summary>Log driver and options; an empty type is the engine's own choice.</summary>
public sealed record LogConfigRequest
{
    public string? Type { get; init; }
    public IReadOnlyDictionary<string, string>? Config { get; init; }
}

/// <summary>When it is started again.</summary>
public sealed record RestartPolicyRequest
{
    public string? Name { get; init; }
    public int MaximumRetryCount { get; init; }
}

/// <summary>A published port.</summary>
public sealed record PortBindingRequest
{
    [JsonPropertyName("HostIp")]
    public string? HostAddress { get; init; }
    public string? HostPort { get; init; }
}

/// <summary>A device of the host.</summary>
public sealed record DeviceMappingRequest
{
    public string? PathOnHost { get; init; }
    public string? PathInContainer { get; init; }
    public string? CgroupPermissions { get; init; }
}

/// <summary>Devices that a driver chooses.</summary>
public sealed record DeviceDemandRequest
{
    public string? Driver { get; init; }
    public int Count { get; init; }

    [JsonPropertyName("DeviceIDs")]
    public IReadOnlyList<string>? DeviceIds { get; init; }
    public IReadOnlyList<IReadOnlyList<string>>? Capabilities { get; init; }
    public IReadOnlyDictionary<string, string>? Options { get; init; }
}
