using Inro.Linux.Files;

namespace Inro.Images.Layers.Tar;

/// <summary>What an entry makes.</summary>
public enum TarEntryKind
{
    /// <summary>A file with content.</summary>
    File,

    /// <summary>Another name of an earlier file.</summary>
    HardLink,

    /// <summary>A symbolic link.</summary>
    SymbolicLink,

    /// <summary>A character device.</summary>
    CharacterDevice,

    /// <summary>A block device.</summary>
    BlockDevice,

    /// <summary>A directory.</summary>
    Directory,

    /// <summary>A fifo.</summary>
    Fifo,
}

/// <summary>One entry of an archive, all its extension headers applied.</summary>
public sealed record TarEntry
{
    /// <summary>What it makes.</summary>
    public required TarEntryKind Kind { get; init; }

    /// <summary>Its path as the archive has it: any bytes but zero.</summary>
    public required byte[] Name { get; init; }

    /// <summary>Target of a link as the archive has it; empty for others.</summary>
    public required byte[] LinkName { get; init; }

    /// <summary>Length of the file that it makes, holes included.</summary>
    public long Size { get; init; }

    /// <summary>Permission bits with set-id and sticky.</summary>
    public uint Mode { get; init; }

    /// <summary>Owner.</summary>
    public uint UserId { get; init; }

    /// <summary>Group.</summary>
    public uint GroupId { get; init; }

    /// <summary>Time of the last change.</summary>
    public TimeSpec Modified { get; init; }

    /// <summary>Time of the last read, where the archive has it.</summary>
    public TimeSpec? Accessed { get; init; }

    /// <summary>Major number of a device.</summary>
    public uint DeviceMajor { get; init; }

    /// <summary>Minor number of a device.</summary>
    public uint DeviceMinor { get; init; }

    /// <summary>Extended attributes: names ending with a zero byte, and values.</summary>
    public IReadOnlyList<TarAttribute> Attributes { get; init; } = [];

    /// <summary>Where the stored bytes belong in a sparse file, in order; null for a file without holes.</summary>
    public IReadOnlyList<SparseRun>? Sparse { get; init; }

    /// <summary>Where the entry begins in the archive.</summary>
    public long Offset { get; init; }

    /// <summary>Where its stored bytes begin in the archive.</summary>
    public long DataOffset { get; init; }

    /// <summary>How many bytes are stored.</summary>
    public long StoredSize { get; init; }
}

/// <summary>One extended attribute.</summary>
/// <param name="Name">Full name; ends with a zero byte.</param>
/// <param name="Value">Any bytes.</param>
public sealed record TarAttribute(byte[] Name, byte[] Value);

/// <summary>A stored run of a sparse file.</summary>
/// <param name="Offset">Where it belongs in the file.</param>
/// <param name="Length">How long it is.</param>
public readonly record struct SparseRun(long Offset, long Length);
