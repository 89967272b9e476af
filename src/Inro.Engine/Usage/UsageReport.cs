using Inro.Engine.Containers;
using Inro.Engine.Images;

namespace Inro.Engine.Usage;

/// <summary>What the instance has on the disk, in bytes of blocks as du counts them. The parts add up to what is there.</summary>
public sealed record UsageReport
{
    /// <summary>Images.</summary>
    public required IReadOnlyList<ImageUsage> Images { get; init; }

    /// <summary>All that is there for images, what is being fetched included.</summary>
    public required long ImageBytes { get; init; }

    /// <summary>What would be given back if all images went that no container needs and nobody has pinned.</summary>
    public required long ReclaimableImageBytes { get; init; }

    /// <summary>Containers.</summary>
    public required IReadOnlyList<ContainerUsage> Containers { get; init; }

    /// <summary>Volumes.</summary>
    public required IReadOnlyList<VolumeUsage> Volumes { get; init; }
}

/// <summary>One image.</summary>
/// <param name="Image">Which.</param>
/// <param name="Bytes">Its blobs and layers.</param>
/// <param name="UniqueBytes">Those that no other image has.</param>
/// <param name="Containers">How many containers are made of it.</param>
public sealed record ImageUsage(ImageSummary Image, long Bytes, long UniqueBytes, int Containers);

/// <summary>One container.</summary>
/// <param name="Container">Which.</param>
/// <param name="Bytes">Its writable layer, its logs and its files.</param>
/// <param name="Volumes">How many volumes it uses.</param>
/// <param name="IsActive">Whether it runs.</param>
public sealed record ContainerUsage(ContainerSummary Container, long Bytes, int Volumes, bool IsActive);

/// <summary>One volume.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Bytes">Its files.</param>
/// <param name="Links">How many containers use it.</param>
public sealed record VolumeUsage(string Name, long Bytes, int Links);
