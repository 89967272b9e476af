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

    /// <summary>The files of another image.</summary>
    Image,

    /// <summary>Memory without a limit, which is never swapped out.</summary>
    Ramfs,

    /// <summary>Terminals of its own.</summary>
    Devpts,
}

/// <summary>What a read-only bind mount means for what is mounted below its source.</summary>
public enum ReadOnlyReach
{
    /// <summary>Docker's rule since version 25: the mounts below are read-only too, where the kernel can do that.</summary>
    Usual,

    /// <summary>The mounts below stay as they are.</summary>
    Top,

    /// <summary>The mounts below are read-only too, or the container does not start.</summary>
    All,
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

    /// <summary>Volume, image: a path inside of it.</summary>
    public string Subpath { get; init; } = "";

    /// <summary>Volume: its driver; empty: local.</summary>
    public string Driver { get; init; } = "";

    /// <summary>Volume: options of its driver, where it is made for this container.</summary>
    public IReadOnlyDictionary<string, string> DriverOptions { get; init; } = System.Collections.ObjectModel.ReadOnlyDictionary<string, string>.Empty;

    /// <summary>Volume: its labels, where it is made for this container.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = System.Collections.ObjectModel.ReadOnlyDictionary<string, string>.Empty;

    /// <summary>Bind: how far a read-only one reaches.</summary>
    public ReadOnlyReach Reach { get; init; }

    /// <summary>Its files are given to the container's user first (podman's <c>U</c>).</summary>
    public bool TakesOwner { get; init; }

    /// <summary>Ids are mapped: null not, empty as the container's, otherwise <c>uids=0-1000-1;gids=0-1000-1</c>.</summary>
    public string? IdMap { get; init; }

    /// <summary>What the container writes is kept apart from the source (podman's <c>O</c>), and goes with the container's end unless a directory is named for it.</summary>
    public OverlayPlaces? Overlay { get; init; }

    /// <summary>Tmpfs: size; 0: half of the memory, the kernel's default.</summary>
    public long TmpfsSizeBytes { get; init; }

    /// <summary>Tmpfs: permission bits; null: 1777.</summary>
    public int? TmpfsMode { get; init; }

    /// <summary>Further options in mount(8)'s words, as typed.</summary>
    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>The words after the last colon as typed, for inspect: <c>ro,z</c>.</summary>
    public string Mode { get; init; } = "";

    /// <summary>Asked with <c>-v</c> (shown under Binds) and not with <c>--mount</c> (shown under Mounts).</summary>
    public bool ShortForm { get; init; }
}

/// <summary>Where an overlay over a source keeps what is written.</summary>
/// <param name="Upper">Directory of the host; empty: one that goes with the container's end.</param>
/// <param name="Work">Directory of the host on the same file system, for the kernel; empty where <paramref name="Upper"/> is.</param>
public sealed record OverlayPlaces(string Upper, string Work)
{
    /// <summary>Directories that go with the container's end.</summary>
    public static OverlayPlaces Temporary { get; } = new("", "");
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

    /// <summary>Further options, in mount(8)'s words.</summary>
    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>As typed, for inspect.</summary>
    public string Mode { get; init; } = "";

    /// <summary>A path inside the volume or image; empty: all of it.</summary>
    public string Subpath { get; init; } = "";

    /// <inheritdoc cref="MountRequest.DriverOptions"/>
    public IReadOnlyDictionary<string, string> DriverOptions { get; init; } = System.Collections.ObjectModel.ReadOnlyDictionary<string, string>.Empty;

    /// <inheritdoc cref="MountRequest.Labels"/>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = System.Collections.ObjectModel.ReadOnlyDictionary<string, string>.Empty;

    /// <inheritdoc cref="MountRequest.Reach"/>
    public ReadOnlyReach Reach { get; init; }

    /// <inheritdoc cref="MountRequest.TakesOwner"/>
    public bool TakesOwner { get; init; }

    /// <inheritdoc cref="MountRequest.IdMap"/>
    public string? IdMap { get; init; }

    /// <inheritdoc cref="MountRequest.Overlay"/>
    public OverlayPlaces? Overlay { get; init; }

    /// <summary>Id of the image that is mounted, or empty.</summary>
    public string ImageId { get; init; } = "";

    /// <summary>Whether something is mounted on the host first, whose place becomes the source.</summary>
    public bool NeedsPlace => Kind == MountKind.Image || Overlay is not null || Subpath.Length > 0;
}
