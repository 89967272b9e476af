using Inro.Spec;
using Inro.Spec.Image;

namespace Inro.Images.Archives;

/// <summary>An image found in an archive, its documents read and checked, its layers not yet.</summary>
internal sealed record PlannedImage
{
    /// <summary>Its names; empty for one without.</summary>
    public required IReadOnlyList<ImageReference> References { get; init; }

    /// <summary>Bytes of its manifest; null where the archive has none (docker save) and one is written at the end.</summary>
    public byte[]? Manifest { get; init; }

    /// <summary>Digest of <see cref="Manifest"/>, set with it.</summary>
    public Digest ManifestDigest { get; init; }

    public required byte[] ConfigBytes { get; init; }

    public required Digest ConfigDigest { get; init; }

    public required ImageConfig Config { get; init; }

    public required IReadOnlyList<PlannedLayer> Layers { get; init; }
}

/// <summary>A layer of an image to be loaded.</summary>
internal sealed record PlannedLayer
{
    public required Digest ChainId { get; init; }

    public required Digest? Parent { get; init; }

    public required Digest DiffId { get; init; }

    /// <summary>What the manifest says; null where there is none.</summary>
    public Descriptor? Descriptor { get; init; }

    /// <summary>Its path in the archive.</summary>
    public required string Path { get; init; }
}
