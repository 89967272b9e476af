namespace Inro.Linux.Mounts;

/// <summary>Numbers that the mount calls take; names as in the man pages.</summary>
public static class MountCalls
{
    /// <summary>AT_FDCWD: relative to the working directory.</summary>
    public const int CurrentDirectory = -100;

    /// <summary>AT_SYMLINK_NOFOLLOW.</summary>
    public const int NoFollow = 0x100;

    /// <summary>AT_EMPTY_PATH: the descriptor itself.</summary>
    public const int EmptyPath = 0x1000;

    /// <summary>AT_RECURSIVE: with the mounts below.</summary>
    public const int Recursive = 0x8000;

    /// <summary>OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC: a detached copy.</summary>
    public const int TreeClone = 1 | 0x80000;

    /// <summary>FSOPEN_CLOEXEC.</summary>
    public const int FsOpenCloseOnExec = 1;

    /// <summary>FSMOUNT_CLOEXEC.</summary>
    public const int FsMountCloseOnExec = 1;

    /// <summary>FSCONFIG_SET_FLAG.</summary>
    public const int FsConfigSetFlag = 0;

    /// <summary>FSCONFIG_SET_STRING; the value ends at 255 bytes.</summary>
    public const int FsConfigSetString = 1;

    /// <summary>FSCONFIG_CMD_CREATE.</summary>
    public const int FsConfigCreate = 6;

    /// <summary>Longest value of <see cref="FsConfigSetString"/>, in bytes.</summary>
    public const int MaxFsConfigStringBytes = 255;

    /// <summary>Longest options of mount(2), in bytes: a page with a final zero.</summary>
    public const int MaxMountDataBytes = 4095;

    /// <summary>MOVE_MOUNT_F_EMPTY_PATH.</summary>
    public const int MoveFromEmptyPath = 0x04;

    /// <summary>MOVE_MOUNT_T_EMPTY_PATH.</summary>
    public const int MoveToEmptyPath = 0x40;

    /// <summary>MNT_DETACH.</summary>
    public const int UnmountDetach = 2;

    /// <summary>Bytes of struct mount_attr.</summary>
    public const int AttributeBytes = 32;

    /// <summary>Bytes of struct open_how.</summary>
    public const int OpenHowBytes = 24;
}
