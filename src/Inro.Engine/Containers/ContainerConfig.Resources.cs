namespace Inro.Engine.Containers;

/// <content>Limits. Null means that the kernel's default stays.</content>
public sealed partial record ContainerConfig
{
    /// <summary><c>--memory</c>.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary><c>--memory-reservation</c>.</summary>
    public long? MemoryReservationBytes { get; init; }

    /// <summary>Memory and swap together, as docker counts; -1: unlimited swap.</summary>
    public long? MemorySwapBytes { get; init; }

    /// <summary>0 to 100.</summary>
    public int? MemorySwappiness { get; init; }

    /// <summary><c>--cpus</c> in billionths of a processor.</summary>
    public long? NanoCpus { get; init; }

    /// <summary>Relative weight, 2 to 262144.</summary>
    public long? CpuShares { get; init; }

    /// <summary>Period of the CFS quota in microseconds.</summary>
    public long? CpuPeriodMicroseconds { get; init; }

    /// <summary>CFS quota in microseconds per period.</summary>
    public long? CpuQuotaMicroseconds { get; init; }

    /// <summary>Period of the real-time quota in microseconds.</summary>
    public long? CpuRealtimePeriodMicroseconds { get; init; }

    /// <summary>Real-time quota in microseconds per period.</summary>
    public long? CpuRealtimeRuntimeMicroseconds { get; init; }

    /// <summary>Processors as a list: <c>0-2,4</c>.</summary>
    public string? CpusetCpus { get; init; }

    /// <summary>Memory nodes as a list.</summary>
    public string? CpusetMems { get; init; }

    /// <summary>Largest number of processes; 0 or less: no limit.</summary>
    public long? PidsLimit { get; init; }

    /// <summary>Relative weight of block I/O, 10 to 1000.</summary>
    public int? BlkioWeight { get; init; }

    /// <summary>Weights by device.</summary>
    public IReadOnlyList<DeviceRate> BlkioWeightDevices { get; init; } = [];

    /// <summary>Bytes per second read from a device.</summary>
    public IReadOnlyList<DeviceRate> DeviceReadBytesPerSecond { get; init; } = [];

    /// <summary>Bytes per second written to a device.</summary>
    public IReadOnlyList<DeviceRate> DeviceWriteBytesPerSecond { get; init; } = [];

    /// <summary>Reads per second from a device.</summary>
    public IReadOnlyList<DeviceRate> DeviceReadOperationsPerSecond { get; init; } = [];

    /// <summary>Writes per second to a device.</summary>
    public IReadOnlyList<DeviceRate> DeviceWriteOperationsPerSecond { get; init; } = [];

    /// <summary><c>--oom-kill-disable</c>.</summary>
    public bool? OomKillDisable { get; init; }

    /// <summary>-1000 to 1000.</summary>
    public int? OomScoreAdjust { get; init; }

    /// <summary>Resource limits of the process.</summary>
    public IReadOnlyList<ResourceLimit> ResourceLimits { get; init; } = [];

    /// <summary>Null: 64 MiB.</summary>
    public long? ShmSizeBytes { get; init; }

    /// <summary>Parent in the cgroup hierarchies; null: ours.</summary>
    public string? CgroupParent { get; init; }

    /// <summary>Files of the container's own cgroup and what is written into them; cgroup v2 only.</summary>
    public IReadOnlyDictionary<string, string> CgroupFiles { get; init; } = EmptyStrings;
}

/// <summary>A rate or weight of one device.</summary>
/// <param name="Path">The device on the host.</param>
/// <param name="Value">What the member that holds it says.</param>
public sealed record DeviceRate(string Path, long Value);

/// <summary>One resource limit. See setrlimit(2).</summary>
/// <param name="Name">Without RLIMIT_, lower case: <c>nofile</c>.</param>
/// <param name="Soft">-1: unlimited.</param>
/// <param name="Hard">-1: unlimited.</param>
public sealed record ResourceLimit(string Name, long Soft, long Hard);
