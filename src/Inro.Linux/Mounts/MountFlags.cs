namespace Inro.Linux.Mounts;

/// <summary>Flags of mount(2) that have no counterpart in the newer calls, and the propagation types of both.</summary>
[Flags]
public enum MountFlags : ulong
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>MS_RDONLY.</summary>
    ReadOnly = 1,

    /// <summary>MS_NOSUID.</summary>
    NoSetUid = 2,

    /// <summary>MS_NODEV.</summary>
    NoDevices = 4,

    /// <summary>MS_NOEXEC.</summary>
    NoExec = 8,

    /// <summary>MS_REMOUNT.</summary>
    Remount = 0x20,

    /// <summary>MS_NOSYMFOLLOW, Linux 5.10.</summary>
    NoSymlinks = 0x100,

    /// <summary>MS_NOATIME.</summary>
    NoAccessTime = 0x400,

    /// <summary>MS_NODIRATIME.</summary>
    NoDirectoryAccessTime = 0x800,

    /// <summary>MS_BIND.</summary>
    Bind = 0x1000,

    /// <summary>MS_MOVE.</summary>
    Move = 0x2000,

    /// <summary>MS_REC: with the mounts below.</summary>
    Recursive = 0x4000,

    /// <summary>MS_UNBINDABLE.</summary>
    Unbindable = 0x2_0000,

    /// <summary>MS_PRIVATE.</summary>
    Private = 0x4_0000,

    /// <summary>MS_SLAVE.</summary>
    Slave = 0x8_0000,

    /// <summary>MS_SHARED.</summary>
    Shared = 0x10_0000,

    /// <summary>MS_RELATIME.</summary>
    RelativeAccessTime = 0x20_0000,

    /// <summary>MS_STRICTATIME.</summary>
    StrictAccessTime = 0x100_0000,
}
