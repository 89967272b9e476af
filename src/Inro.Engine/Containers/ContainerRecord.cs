using Inro.Engine.Health;
using Inro.Engine.Volumes;
using Inro.Spec;

namespace Inro.Engine.Containers;

/// <summary>Where a container is in its life. The names are docker's, and podman's where docker has none. Their numbers are in databases.</summary>
public enum ContainerState
{
    /// <summary>Half made; <c>create</c> has not answered yet. Never shown to people.</summary>
    Creating,

    /// <summary>Made, never started.</summary>
    Created,

    /// <summary>A start is on its way.</summary>
    Starting,

    /// <summary>Its process runs.</summary>
    Running,

    /// <summary>Frozen.</summary>
    Paused,

    /// <summary>Ended, to be started again by policy.</summary>
    Restarting,

    /// <summary>Ended.</summary>
    Exited,

    /// <summary>Being removed.</summary>
    Removing,

    /// <summary>A removal failed for good.</summary>
    Dead,

    /// <summary>All is made, and its process waits to become the program.</summary>
    Initialized,
}

/// <summary>One container as the database has it.</summary>
/// <remarks>Times are nanoseconds since 1970 UTC; 0 means never.</remarks>
public sealed record ContainerRecord
{
    /// <summary>64 hex digits.</summary>
    public required string Id { get; init; }

    /// <summary>Without the slash.</summary>
    public required string Name { get; init; }

    /// <summary>Where it is in its life.</summary>
    public required ContainerState State { get; init; }

    /// <summary>What was asked.</summary>
    public required ContainerConfig Config { get; init; }

    /// <summary>Config digest of the image: <c>sha256:…</c>.</summary>
    public required string ImageId { get; init; }

    /// <summary>Manifest digest of the image, or empty.</summary>
    public string ManifestDigest { get; init; } = "";

    /// <summary>Number of the active snapshot; 0 where there is none (yet).</summary>
    public long Snapshot { get; init; }

    /// <summary>What the active snapshot is; stays, whatever is configured later.</summary>
    public SnapshotKind SnapshotKind { get; init; }

    /// <summary>Whether it goes with its end: as it was made with <c>--rm</c>, but not while it is restarted.</summary>
    public bool Vanishes { get; init; }

    /// <summary>The boot in which <see cref="State"/> was written, where it speaks of a process.</summary>
    public string BootId { get; init; } = "";

    /// <summary>Path below the cgroup hierarchies.</summary>
    public string CgroupPath { get; init; } = "";

    /// <summary>Pid of the first process on the host while it runs, 0 otherwise. For people: never a target of signals.</summary>
    public int Pid { get; init; }

    /// <summary>Entry point and arguments as they are run.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Mounts with every name resolved.</summary>
    public IReadOnlyList<ResolvedMount> Mounts { get; init; } = [];

    /// <summary>Time of creation.</summary>
    public required long CreatedNanoseconds { get; init; }

    /// <summary>Time of the last start.</summary>
    public long StartedNanoseconds { get; init; }

    /// <summary>Time of the last end.</summary>
    public long FinishedNanoseconds { get; init; }

    /// <summary>Status of the last end; null where nobody saw it. 0 before the first.</summary>
    public int? ExitCode { get; init; } = 0;

    /// <summary>The kernel killed a process of it for want of memory.</summary>
    public bool OomKilled { get; init; }

    /// <summary>Why the last start failed, or empty.</summary>
    public string Error { get; init; } = "";

    /// <summary>How often the policy has started it again since a person did.</summary>
    public int RestartCount { get; init; }

    /// <summary>What the policy waited before its last start, nanoseconds; 0: a person started it.</summary>
    public long RestartDelayNanoseconds { get; init; }

    /// <summary>A person asked for its end: policies that ask for that leave it alone.</summary>
    public bool IsStopped { get; init; }

    /// <summary>What its health check found.</summary>
    public HealthState Health { get; init; }
}
