namespace Inro.Spec;

/// <summary>What a writable snapshot is and how it becomes a container's root. The numbers are stored.</summary>
public enum SnapshotKind
{
    /// <summary>A layer over others, shown together by the kernel's overlayfs: with the host's rights, or, in a user namespace, with its marks in <c>user.*</c> attributes.</summary>
    Overlay = 0,

    /// <summary>The same shown by the program fuse-overlayfs, which one process for each container runs.</summary>
    FuseOverlay = 1,

    /// <summary>A whole tree of its own, copied from the layers.</summary>
    Copy = 2,
}

/// <summary>Names of <see cref="SnapshotKind"/> where people choose one; podman's words.</summary>
public static class SnapshotKinds
{
    /// <summary>All, in the order in which they are to be preferred.</summary>
    public static ReadOnlySpan<SnapshotKind> All => [SnapshotKind.Overlay, SnapshotKind.FuseOverlay, SnapshotKind.Copy];

    /// <summary><c>overlay</c>, <c>fuse-overlayfs</c> or <c>vfs</c>.</summary>
    public static string NameOf(SnapshotKind kind) => kind switch
    {
        SnapshotKind.FuseOverlay => "fuse-overlayfs",
        SnapshotKind.Copy => "vfs",
        _ => "overlay",
    };

    /// <summary>The opposite; null for another word.</summary>
    public static SnapshotKind? Find(string? name)
    {
        foreach (SnapshotKind kind in All)
        {
            if (NameOf(kind) == name) { return kind; }
        }

        return null;
    }
}
