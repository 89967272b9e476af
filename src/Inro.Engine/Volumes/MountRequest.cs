namespace Inro.Engine.Volumes;

/// <summary>What kind of thing is mounted.</summary>
public enum MountKind
{
    /// <summary>A path of the host.</summary>
    Bind,

    /// <summary>A named or anonymous volume.</summary>
    Volume,

    /// <summary>Memory.</summary>
    Tmpfs,
}

/// <summary>One mount that the user asked for.</summary>
public sealed record MountRequest
{
    /// <summary>What is mounted.</summary>
    public required MountKind Kind { get; init; }

    /// <summary>Bind: absolute path of the host. Volume: its name, empty for an anonymous one. Tmpfs: empty.</summary>
    public string Source { get; init; } = "";

    /// <summary>Absolute path in the container.</summary>
    public required string Target { get; init; }

    /// <summary>Mounted read-only.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>Bind: <c>rprivate</c>, <c>rslave</c>, …; empty: rprivate.</summary>
    public string Propagation { get; init; } = "";

    /// <summary>Bind: a missing source is made (the short form, <c>-v</c>); otherwise it is an error.</summary>
    public bool CreateSource { get; init; }

    /// <summary>Bind: what is mounted below the source is left out.</summary>
    public bool NonRecursive { get; init; }

    /// <summary>Volume: the image's content at the target is not copied into a new, empty volume.</summary>
    public bool NoCopy { get; init; }

    /// <summary>Volume: a path inside the volume.</summary>
    public string Subpath { get; init; } = "";

    /// <summary>Volume: its driver; empty: local.</summary>
    public string Driver { get; init; } = "";

    /// <summary>Tmpfs: size; 0: half of the memory, the kernel's default.</summary>
    public long TmpfsSizeBytes { get; init; }

    /// <summary>Tmpfs: permission bits; null: 1777.</summary>
    public int? TmpfsMode { get; init; }

    /// <summary>Tmpfs: further options as typed; the long form of bind keeps its here, too.</summary>
    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>The words after the last colon as typed, for inspect: <c>ro,z</c>.</summary>
    public string Mode { get; init; } = "";

    /// <summary>Asked with <c>-v</c> (shown under Binds) and not with <c>--mount</c> (shown under Mounts).</summary>
    public bool ShortForm { get; init; }
}

/// <summary>One mount as it will be made: every name is resolved.</summary>
public sealed record ResolvedMount
{
    /// <summary>What is mounted.</summary>
    public required MountKind Kind { get; init; }

    /// <summary>Path on the host; empty for tmpfs.</summary>
    public required string Source { get; init; }

    /// <summary>Absolute path in the container.</summary>
    public required string Target { get; init; }

    /// <summary>The volume's name, or empty.</summary>
    public string VolumeName { get; init; } = "";

    /// <summary>The volume's driver; empty: local.</summary>
    public string Driver { get; init; } = "";

    /// <summary>Whether the volume is mounted while somebody uses it: its driver is a plug-in, or has options of mount(8).</summary>
    public bool NeedsMount { get; init; }

    /// <summary>True for a volume that the image or <c>-v /path</c> made without a name: removed with <c>--rm</c> and <c>rm -v</c>.</summary>
    public bool IsAnonymous { get; init; }

    /// <summary>Mounted read-only.</summary>
    public bool ReadOnly { get; init; }

    /// <summary><c>rprivate</c>, …; empty for volumes (private).</summary>
    public string Propagation { get; init; } = "";

    /// <summary>What is mounted below the source is left out.</summary>
    public bool NonRecursive { get; init; }

    /// <summary>Volume: the image's content at the target is not copied into it when it is new.</summary>
    public bool NoCopy { get; init; }

    /// <summary>Options of a tmpfs, in mount(8)'s words.</summary>
    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>As typed, for inspect.</summary>
    public string Mode { get; init; } = "";
}
