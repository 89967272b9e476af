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
}
