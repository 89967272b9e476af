namespace Inro.Linux.Mounts;

/// <summary>Attributes of one mount: MOUNT_ATTR_ of mount_setattr(2) and fsmount(2).</summary>
[Flags]
public enum MountAttributes : ulong
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>MOUNT_ATTR_RDONLY.</summary>
    ReadOnly = 0x01,

    /// <summary>MOUNT_ATTR_NOSUID.</summary>
    NoSetUid = 0x02,

    /// <summary>MOUNT_ATTR_NODEV.</summary>
    NoDevices = 0x04,

    /// <summary>MOUNT_ATTR_NOEXEC.</summary>
    NoExec = 0x08,

    /// <summary>MOUNT_ATTR_NOATIME.</summary>
    NoAccessTime = 0x10,

    /// <summary>MOUNT_ATTR_STRICTATIME.</summary>
    StrictAccessTime = 0x20,

    /// <summary>MOUNT_ATTR__ATIME: all bits of the access time rule; 0 in them means relatime.</summary>
    AccessTimeMask = 0x70,

    /// <summary>MOUNT_ATTR_NODIRATIME.</summary>
    NoDirectoryAccessTime = 0x80,

    /// <summary>MOUNT_ATTR_IDMAP: ids are mapped by a user namespace.</summary>
    IdMap = 0x10_0000,

    /// <summary>MOUNT_ATTR_NOSYMFOLLOW, Linux 5.14.</summary>
    NoSymlinks = 0x20_0000,
}
