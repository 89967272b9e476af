namespace Inro.Spec.Runtime;

/// <summary>Limits: <c>linux.resources</c>, also the whole of an update's document.</summary>
/// <remarks>Source: OCI runtime-spec, config-linux.md "Control groups". Absent values leave the kernel's.</remarks>
public sealed record LinuxResources
{
    /// <summary>Device rules, in order; the last that matches holds.</summary>
    public IReadOnlyList<DeviceRule> Devices { get; init; } = [];

    /// <summary>Memory.</summary>
    public MemoryResources? Memory { get; init; }

    /// <summary>Processor time.</summary>
    public CpuResources? Cpu { get; init; }

    /// <summary>Number of tasks.</summary>
    public PidsResources? Pids { get; init; }

    /// <summary>Block devices.</summary>
    public BlockIoResources? BlockIo { get; init; }

    /// <summary>Huge pages.</summary>
    public IReadOnlyList<HugepageLimit> HugepageLimits { get; init; } = [];

    /// <summary>Network marks (v1).</summary>
    public NetworkResources? Network { get; init; }

    /// <summary>RDMA by device.</summary>
    public IReadOnlyDictionary<string, RdmaResources> Rdma { get; init; } = EmptyRdma;

    /// <summary>File names and values to write as they are (v2).</summary>
    public IReadOnlyDictionary<string, string> Unified { get; init; } = EmptyMap.Instance;

    private static readonly IReadOnlyDictionary<string, RdmaResources> EmptyRdma =
        new Dictionary<string, RdmaResources>(0, StringComparer.Ordinal);
}

/// <summary>A rule of the device cgroup.</summary>
/// <param name="Allow">Whether it allows.</param>
/// <param name="Type">a (all), b or c; null means a.</param>
/// <param name="Major">Null or negative means any.</param>
/// <param name="Minor">Null or negative means any.</param>
/// <param name="Access">Some of r, w, m; null means all.</param>
public sealed record DeviceRule(bool Allow, string? Type, long? Major, long? Minor, string? Access);

/// <summary>Memory limits in bytes; -1 is unlimited.</summary>
public sealed record MemoryResources
{
    /// <summary>Hard limit.</summary>
    public long? Limit { get; init; }

    /// <summary>Soft limit.</summary>
    public long? Reservation { get; init; }

    /// <summary>Limit of memory and swap together.</summary>
    public long? Swap { get; init; }

    /// <summary>Kernel memory; deprecated and without effect.</summary>
    public long? Kernel { get; init; }

    /// <summary>Kernel memory of TCP buffers (v1).</summary>
    public long? KernelTcp { get; init; }

    /// <summary>0 to 100.</summary>
    public ulong? Swappiness { get; init; }

    /// <summary>Whether tasks wait instead of being killed (v1).</summary>
    public bool? DisableOomKiller { get; init; }

    /// <summary>Hierarchical accounting (v1).</summary>
    public bool? UseHierarchy { get; init; }

    /// <summary>Whether an update fails when more than the new limit is in use.</summary>
    public bool? CheckBeforeUpdate { get; init; }
}

/// <summary>Processor limits.</summary>
public sealed record CpuResources
{
    /// <summary>Relative weight, 1024 is normal.</summary>
    public ulong? Shares { get; init; }

    /// <summary>Microseconds per period; negative is unlimited.</summary>
    public long? Quota { get; init; }

    /// <summary>Microseconds that may be saved up.</summary>
    public ulong? Burst { get; init; }

    /// <summary>Microseconds.</summary>
    public ulong? Period { get; init; }

    /// <summary>Microseconds of real-time scheduling per real-time period (v1).</summary>
    public long? RealtimeRuntime { get; init; }

    /// <summary>Microseconds (v1).</summary>
    public ulong? RealtimePeriod { get; init; }

    /// <summary>List such as "0-3,7".</summary>
    public string? Cpus { get; init; }

    /// <summary>List of NUMA nodes.</summary>
    public string? Mems { get; init; }

    /// <summary>1: only when nothing else runs.</summary>
    public long? Idle { get; init; }
}

/// <summary>Number of tasks.</summary>
/// <param name="Limit">Negative is unlimited; null leaves the kernel's.</param>
public sealed record PidsResources(long? Limit);

/// <summary>Limits of block devices.</summary>
public sealed record BlockIoResources
{
    /// <summary>10 to 1000.</summary>
    public ushort? Weight { get; init; }

    /// <summary>10 to 1000 (v1).</summary>
    public ushort? LeafWeight { get; init; }

    /// <summary>By device.</summary>
    public IReadOnlyList<BlockIoWeight> WeightDevice { get; init; } = [];

    /// <summary>Bytes per second.</summary>
    public IReadOnlyList<BlockIoThrottle> ThrottleReadBpsDevice { get; init; } = [];

    /// <summary>Bytes per second.</summary>
    public IReadOnlyList<BlockIoThrottle> ThrottleWriteBpsDevice { get; init; } = [];

    /// <summary>Operations per second.</summary>
    public IReadOnlyList<BlockIoThrottle> ThrottleReadIopsDevice { get; init; } = [];

    /// <summary>Operations per second.</summary>
    public IReadOnlyList<BlockIoThrottle> ThrottleWriteIopsDevice { get; init; } = [];
}

/// <summary>Weight of one block device.</summary>
public sealed record BlockIoWeight(long Major, long Minor, ushort? Weight, ushort? LeafWeight);

/// <summary>Rate of one block device.</summary>
public sealed record BlockIoThrottle(long Major, long Minor, ulong Rate);

/// <summary>Limit of huge pages of one size.</summary>
/// <param name="PageSize">Such as 2MB.</param>
/// <param name="Limit">Bytes.</param>
public sealed record HugepageLimit(string PageSize, ulong Limit);

/// <summary>Network marks (v1).</summary>
public sealed record NetworkResources(uint? ClassId, IReadOnlyList<InterfacePriority> Priorities);

/// <summary>Priority of one interface (v1).</summary>
public sealed record InterfacePriority(string Name, uint Priority);

/// <summary>RDMA limits of one device.</summary>
public sealed record RdmaResources(uint? HcaHandles, uint? HcaObjects);
