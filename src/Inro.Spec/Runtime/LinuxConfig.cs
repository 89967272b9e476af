namespace Inro.Spec.Runtime;

/// <summary>What only Linux has: <c>linux</c> of config.json.</summary>
/// <remarks>Source: OCI runtime-spec, config-linux.md.</remarks>
public sealed record LinuxConfig
{
    /// <summary>Namespaces to make or to join; a kind that is absent is the runtime's own.</summary>
    public IReadOnlyList<NamespaceConfig> Namespaces { get; init; } = [];

    /// <summary>User ids of the user namespace.</summary>
    public IReadOnlyList<IdMapping> UidMappings { get; init; } = [];

    /// <summary>Group ids of the user namespace.</summary>
    public IReadOnlyList<IdMapping> GidMappings { get; init; } = [];

    /// <summary>Shifts of the clocks in a new time namespace.</summary>
    public TimeOffsetsConfig? TimeOffsets { get; init; }

    /// <summary>Device nodes beyond the default ones.</summary>
    public IReadOnlyList<DeviceConfig> Devices { get; init; } = [];

    /// <summary>Network devices of the host to move in, by the host's name.</summary>
    public IReadOnlyDictionary<string, NetDeviceConfig> NetDevices { get; init; } = EmptyNetDevices;

    /// <summary>Path in the cgroup trees; absent means one made from the container's id.</summary>
    public string? CgroupsPath { get; init; }

    /// <summary>Limits.</summary>
    public LinuxResources? Resources { get; init; }

    /// <summary>Propagation of the root mount: private, shared, slave or unbindable.</summary>
    public string? RootfsPropagation { get; init; }

    /// <summary>Filter of system calls.</summary>
    public LinuxSeccomp? Seccomp { get; init; }

    /// <summary>Namespaced kernel parameters.</summary>
    public IReadOnlyDictionary<string, string> Sysctl { get; init; } = EmptyMap.Instance;

    /// <summary>Paths that cannot be read inside.</summary>
    public IReadOnlyList<string> MaskedPaths { get; init; } = [];

    /// <summary>Paths that cannot be written inside.</summary>
    public IReadOnlyList<string> ReadonlyPaths { get; init; } = [];

    /// <summary>SELinux label of mounts.</summary>
    public string? MountLabel { get; init; }

    /// <summary>Intel resource director.</summary>
    public IntelRdtConfig? IntelRdt { get; init; }

    /// <summary>NUMA policy.</summary>
    public MemoryPolicyConfig? MemoryPolicy { get; init; }

    /// <summary>Execution domain.</summary>
    public PersonalityConfig? Personality { get; init; }

    private static readonly IReadOnlyDictionary<string, NetDeviceConfig> EmptyNetDevices =
        new Dictionary<string, NetDeviceConfig>(0, StringComparer.Ordinal);
}

/// <summary>One namespace.</summary>
/// <param name="Type">mount, pid, network, uts, ipc, user, cgroup or time.</param>
/// <param name="Path">A namespace file to join; absent means a new one.</param>
public sealed record NamespaceConfig(string Type, string? Path);

/// <summary>A device node.</summary>
public sealed record DeviceConfig
{
    /// <summary>c or u (character), b (block), p (FIFO).</summary>
    public required string Type { get; init; }

    /// <summary>Absolute path inside.</summary>
    public required string Path { get; init; }

    /// <summary>Major number.</summary>
    public long Major { get; init; }

    /// <summary>Minor number.</summary>
    public long Minor { get; init; }

    /// <summary>Permission bits; absent means 0666.</summary>
    public uint? FileMode { get; init; }

    /// <summary>Owner inside.</summary>
    public uint? Uid { get; init; }

    /// <summary>Group inside.</summary>
    public uint? Gid { get; init; }
}

/// <summary>A network device to move in.</summary>
/// <param name="Name">Its name inside; absent means the same.</param>
public sealed record NetDeviceConfig(string? Name);

/// <summary>Shifts of the clocks in a time namespace.</summary>
public sealed record TimeOffsetsConfig(TimeOffset? Monotonic, TimeOffset? Boottime);

/// <summary>One shift.</summary>
public sealed record TimeOffset(long Seconds, uint Nanoseconds);

/// <summary>Intel resource director: cache and memory bandwidth.</summary>
public sealed record IntelRdtConfig
{
    /// <summary>Name of the class of service.</summary>
    public string? ClosId { get; init; }

    /// <summary>Lines of the schemata file.</summary>
    public IReadOnlyList<string> Schemata { get; init; } = [];

    /// <summary>Cache line of the schemata file.</summary>
    public string? L3CacheSchema { get; init; }

    /// <summary>Bandwidth line of the schemata file.</summary>
    public string? MemBwSchema { get; init; }

    /// <summary>Whether a monitoring group is made.</summary>
    public bool EnableMonitoring { get; init; }
}

/// <summary>NUMA policy; see set_mempolicy(2).</summary>
public sealed record MemoryPolicyConfig(string Mode, string? Nodes, IReadOnlyList<string> Flags);

/// <summary>Execution domain; see personality(2).</summary>
public sealed record PersonalityConfig(string Domain, IReadOnlyList<string> Flags);
