namespace Inro.Spec;

/// <summary>One file-system view made of layers: what the image side gives and the runtime mounts.</summary>
/// <remarks>
/// All names are relative to <see cref="Directory"/>, so that the strings given to the kernel stay short
/// (an fsconfig value ends at 255 bytes, mount data at a page).
/// </remarks>
public sealed record SnapshotMount
{
    /// <summary>Absolute path of the directory that the other names are relative to.</summary>
    public required string Directory { get; init; }

    /// <summary>How it is mounted.</summary>
    public SnapshotKind Kind { get; init; }

    /// <summary>Read-only layers, the topmost first. Empty for a <see cref="SnapshotKind.Copy"/>, which needs none, and for no other.</summary>
    public required IReadOnlyList<string> Lower { get; init; }

    /// <summary>The writable layer, or the whole tree of a copy; null makes a read-only view.</summary>
    public string? Upper { get; init; }

    /// <summary>overlayfs's working directory, on the file system of <see cref="Upper"/>; null for a copy, and where that is null.</summary>
    public string? Work { get; init; }

    /// <summary>
    /// True if nobody needs the writable layer after this mount: overlayfs leaves out its syncs (mount option <c>volatile</c>), at the
    /// unmount too, where it would otherwise wait for the whole file system beneath. After a power cut the layer is not to be used.
    /// </summary>
    public bool IsVolatile { get; init; }
}
