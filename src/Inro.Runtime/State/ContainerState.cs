using Inro.Linux.Namespaces;
using Inro.Runtime.Launch;
using Inro.Runtime.Resources;
using Inro.Spec.Runtime;

namespace Inro.Runtime.State;

/// <summary>What is known of a container beyond its process: the state file's content.</summary>
public sealed record ContainerState
{
    /// <summary>The container's id.</summary>
    public required string Id { get; init; }

    /// <summary>Specification version of its configuration.</summary>
    public required string OciVersion { get; init; }

    /// <summary>Where it is in its life. In the file: what was last written; as answered: compared with the process.</summary>
    public required ContainerStatus Status { get; init; }

    /// <summary>Absolute path of the bundle.</summary>
    public required string Bundle { get; init; }

    /// <summary>Its first process; 0 when there is none.</summary>
    public int Pid { get; init; }

    /// <summary>Start of that process in clock ticks after boot.</summary>
    public ulong StartTime { get; init; }

    /// <summary>The boot in which the process lived.</summary>
    public string BootId { get; init; } = "";

    /// <summary>When it was made, UTC.</summary>
    public DateTimeOffset Created { get; init; }

    /// <summary>User who made it.</summary>
    public uint Owner { get; init; }

    /// <summary>The directory that is its root, for people; empty for an overlay.</summary>
    public string Rootfs { get; init; } = "";

    /// <summary>Its cgroups.</summary>
    public IReadOnlyList<CgroupLocation> Cgroups { get; init; } = [];

    /// <summary>The unit of systemd that its cgroup is; null where systemd has no part in it.</summary>
    public CgroupUnit? Unit { get; init; }

    /// <summary>Whether the parent of its cgroup goes with the last container in it.</summary>
    public bool OwnsCgroupParent { get; init; }

    /// <summary>Groups of resctrl that end with it, innermost first.</summary>
    public IReadOnlyList<string> ResourceGroups { get; init; } = [];

    /// <summary>Kinds of namespaces in which it lives apart from the host; an exec joins them.</summary>
    public NamespaceFlags Namespaces { get; init; }

    /// <summary>The operations behind its gate, if it has one.</summary>
    public GateTail? Gate { get; init; }

    /// <summary>The hooks that are still to run: after start and after delete.</summary>
    public HooksConfig? Hooks { get; init; }

    /// <summary>Who gets the notification descriptor of a filter that is loaded behind the gate; null where the filter asks nobody.</summary>
    public SeccompAgent? SeccompAgent { get; init; }

    /// <summary>What its first process got as standard input, output and error, in the words of a checkpoint; empty where it has a terminal.</summary>
    public IReadOnlyList<string> Descriptors { get; init; } = [];

    /// <summary>Its annotations.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>(0, StringComparer.Ordinal);
}
