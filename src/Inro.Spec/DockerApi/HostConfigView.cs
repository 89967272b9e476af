using System.Text.Json.Serialization;

namespace Inro.Spec.DockerApi;

/// <summary>What a container gets from the host. Names, order, null and empty are Docker's.</summary>
/// <remarks>Source: Docker Engine API 1.51, HostConfig, and what docker 28 prints for <c>docker run</c>.</remarks>
public sealed record HostConfigView
{
#pragma warning disable CS1591 // the names are the API's: its reference explains them
    public required IReadOnlyList<string>? Binds { get; init; }

    [JsonPropertyName("ContainerIDFile")]
    public string ContainerIdFile { get; init; } = "";
    public required LogConfigView LogConfig { get; init; }
    public required string NetworkMode { get; init; }
    public required IReadOnlyDictionary<string, IReadOnlyList<PortBindingView>> PortBindings { get; init; }
    public required RestartPolicyView RestartPolicy { get; init; }
    public required bool AutoRemove { get; init; }
    public required string VolumeDriver { get; init; }
    public required IReadOnlyList<string>? VolumesFrom { get; init; }
    public required IReadOnlyList<int> ConsoleSize { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }
    public required IReadOnlyList<string>? CapAdd { get; init; }
    public required IReadOnlyList<string>? CapDrop { get; init; }
    public required string CgroupnsMode { get; init; }
    public required IReadOnlyList<string> Dns { get; init; }
    public required IReadOnlyList<string> DnsOptions { get; init; }
    public required IReadOnlyList<string> DnsSearch { get; init; }
    public required IReadOnlyList<string>? ExtraHosts { get; init; }
    public required IReadOnlyList<string>? GroupAdd { get; init; }
    public required string IpcMode { get; init; }
    public string Cgroup { get; init; } = "";
    public IReadOnlyList<string>? Links { get; init; }
    public required int OomScoreAdj { get; init; }
    public required string PidMode { get; init; }
    public required bool Privileged { get; init; }
    public required bool PublishAllPorts { get; init; }
    public required bool ReadonlyRootfs { get; init; }
    public required IReadOnlyList<string>? SecurityOpt { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? StorageOpt { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? Tmpfs { get; init; }

    [JsonPropertyName("UTSMode")]
    public required string UtsMode { get; init; }
    public required string UsernsMode { get; init; }
    public required long ShmSize { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? Sysctls { get; init; }
    public required string Runtime { get; init; }
    public required string Isolation { get; init; }
    public required long CpuShares { get; init; }
    public required long Memory { get; init; }
    public required long NanoCpus { get; init; }
    public required string CgroupParent { get; init; }
    public required int BlkioWeight { get; init; }
    public required IReadOnlyList<WeightDeviceView> BlkioWeightDevice { get; init; }
    public required IReadOnlyList<ThrottleDeviceView> BlkioDeviceReadBps { get; init; }
    public required IReadOnlyList<ThrottleDeviceView> BlkioDeviceWriteBps { get; init; }

    [JsonPropertyName("BlkioDeviceReadIOps")]
    public required IReadOnlyList<ThrottleDeviceView> BlkioDeviceReadOperations { get; init; }

    [JsonPropertyName("BlkioDeviceWriteIOps")]
    public required IReadOnlyList<ThrottleDeviceView> BlkioDeviceWriteOperations { get; init; }
    public required long CpuPeriod { get; init; }
    public required long CpuQuota { get; init; }
    public required long CpuRealtimePeriod { get; init; }
    public required long CpuRealtimeRuntime { get; init; }
    public required string CpusetCpus { get; init; }
    public required string CpusetMems { get; init; }
    public required IReadOnlyList<DeviceMappingView> Devices { get; init; }
    public required IReadOnlyList<string>? DeviceCgroupRules { get; init; }
    public IReadOnlyList<DeviceRequestView>? DeviceRequests { get; init; }
    public required long MemoryReservation { get; init; }
    public required long MemorySwap { get; init; }
    public required int? MemorySwappiness { get; init; }
    public required bool? OomKillDisable { get; init; }
    public required long? PidsLimit { get; init; }
    public required IReadOnlyList<UlimitView> Ulimits { get; init; }
    public long CpuCount { get; init; }
    public long CpuPercent { get; init; }

    [JsonPropertyName("IOMaximumIOps")]
    public long MaximumOperations { get; init; }

    [JsonPropertyName("IOMaximumBandwidth")]
    public long MaximumBandwidth { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<MountView>? Mounts { get; init; }
    public required IReadOnlyList<string>? MaskedPaths { get; init; }
    public required IReadOnlyList<string>? ReadonlyPaths { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Init { get; init; }
}

/// <summary>Log driver and options.</summary>
public sealed record LogConfigView(string Type, IReadOnlyDictionary<string, string> Config);

/// <summary>When it is started again.</summary>
public sealed record RestartPolicyView(string Name, int MaximumRetryCount);

/// <summary>One published port.</summary>
public sealed record PortBindingView([property: JsonPropertyName("HostIp")] string HostAddress, string HostPort);

/// <summary>A device of the host.</summary>
public sealed record DeviceMappingView(string PathOnHost, string PathInContainer, string CgroupPermissions);

/// <summary>A weight of a device.</summary>
public sealed record WeightDeviceView(string Path, long Weight);

/// <summary>A rate of a device.</summary>
public sealed record ThrottleDeviceView(string Path, long Rate);

/// <summary>A resource limit.</summary>
public sealed record UlimitView(string Name, long Hard, long Soft);

/// <summary>A mount as <c>--mount</c> asked for it.</summary>
public sealed record MountView
{
    public required string Type { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Source { get; init; }
    public required string Target { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool ReadOnly { get; init; }
#pragma warning restore CS1591
}

/// <summary>Devices that a driver chooses.</summary>
public sealed record DeviceRequestView
{
    /// <summary>The driver; empty: whichever has the capabilities.</summary>
    public required string Driver { get; init; }

    /// <summary>How many; -1: all.</summary>
    public required int Count { get; init; }

    /// <summary>Which; null: any.</summary>
    [JsonPropertyName("DeviceIDs")]
    public required IReadOnlyList<string>? DeviceIds { get; init; }

    /// <summary>Alternatives of sets.</summary>
    public required IReadOnlyList<IReadOnlyList<string>>? Capabilities { get; init; }

    /// <summary>Options of the driver.</summary>
    public required IReadOnlyDictionary<string, string>? Options { get; init; }
}
