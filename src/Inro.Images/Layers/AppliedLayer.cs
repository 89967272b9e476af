namespace Inro.Images.Layers;

/// <summary>What applying one layer has come to.</summary>
public sealed record AppliedLayer
{
    /// <summary>Entries read.</summary>
    public long Entries { get; init; }

    /// <summary>Bytes of content of its files.</summary>
    public long SizeBytes { get; init; }

    /// <summary>Devices left out for want of privilege.</summary>
    public long SkippedDevices { get; init; }

    /// <summary>Attributes that the file system or the want of privilege did not allow.</summary>
    public long SkippedAttributes { get; init; }

    /// <summary>
    /// Directories that the layer has only as parents of others, without slashes at the ends; the empty path is the root.
    /// Their owners and modes are those of the layers below: <see cref="ImplicitParents"/>.
    /// </summary>
    public IReadOnlyList<byte[]> ImplicitDirectories { get; init; } = [];

    /// <summary>Hard links to files that only layers below can have: <see cref="LowerLinks"/>.</summary>
    public IReadOnlyList<LowerLink> LowerLinks { get; init; } = [];
}

/// <summary>A hard link to a file of the layers below.</summary>
/// <param name="Path">The new name, clean.</param>
/// <param name="Target">The file's name, clean.</param>
public sealed record LowerLink(byte[] Path, byte[] Target);
