using System.Runtime.InteropServices;

namespace Inro.Linux.Files;

/// <summary>What statx(2) says about a file.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct FileStatus
{
    /// <summary>Type and permission bits.</summary>
    public required uint Mode { get; init; }

    /// <summary>Owner.</summary>
    public required uint UserId { get; init; }

    /// <summary>Group.</summary>
    public required uint GroupId { get; init; }

    /// <summary>Length in bytes.</summary>
    public required long Size { get; init; }

    /// <summary>Blocks of 512 bytes that it occupies.</summary>
    public required long Blocks { get; init; }

    /// <summary>Number of the inode in its file system.</summary>
    public required ulong Inode { get; init; }

    /// <summary>Names that the inode has.</summary>
    public required uint Links { get; init; }

    /// <summary>File system, major and minor.</summary>
    public required (uint Major, uint Minor) Device { get; init; }

    /// <summary>Number of the mount through which it was looked at, as in /proc/PID/mountinfo; 0 where the kernel does not tell.</summary>
    public ulong Mount { get; init; }

    /// <summary>What a device node stands for, major and minor.</summary>
    public required (uint Major, uint Minor) Node { get; init; }

    /// <summary>Time of the last change of the content.</summary>
    public required TimeSpec Modified { get; init; }

    /// <summary>Time of the last read.</summary>
    public required TimeSpec Accessed { get; init; }

    /// <summary>The type alone.</summary>
    public FileKind Kind => (FileKind)(Mode & (uint)FileKind.Mask);

    /// <summary>The permission bits alone, with set-user-id, set-group-id and sticky.</summary>
    public uint Permissions => Mode & 0xFFF;

    /// <summary>The same file, whatever its names and however it has changed.</summary>
    public bool IsSameFile(in FileStatus other) => Inode == other.Inode && Device == other.Device;
}

/// <summary>Types of files: the upper bits of a mode. See inode(7).</summary>
public enum FileKind : uint
{
    /// <summary>None of the others.</summary>
    None = 0,

    /// <summary>S_IFIFO.</summary>
    Fifo = 0x1000,

    /// <summary>S_IFCHR.</summary>
    CharacterDevice = 0x2000,

    /// <summary>S_IFDIR.</summary>
    Directory = 0x4000,

    /// <summary>S_IFBLK.</summary>
    BlockDevice = 0x6000,

    /// <summary>S_IFREG.</summary>
    Regular = 0x8000,

    /// <summary>S_IFLNK.</summary>
    SymbolicLink = 0xA000,

    /// <summary>S_IFSOCK.</summary>
    Socket = 0xC000,

    /// <summary>S_IFMT.</summary>
    Mask = 0xF000,
}
