namespace Inro.Linux.Files;

/// <summary>How openat2(2) may walk a path.</summary>
[Flags]
public enum ResolveFlags : ulong
{
    /// <summary>No restriction.</summary>
    None = 0,

    /// <summary>RESOLVE_NO_XDEV: cross no mount.</summary>
    NoMountCrossing = 0x01,

    /// <summary>RESOLVE_NO_MAGICLINKS: follow no link of /proc that leads to an object.</summary>
    NoMagicLinks = 0x02,

    /// <summary>RESOLVE_NO_SYMLINKS: follow no link at all.</summary>
    NoSymlinks = 0x04,

    /// <summary>RESOLVE_BENEATH: fail where the path leaves the directory.</summary>
    Beneath = 0x08,

    /// <summary>RESOLVE_IN_ROOT: the directory stands in for "/".</summary>
    InRoot = 0x10,
}
