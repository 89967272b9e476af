using Inro.Spec;
using Inro.Spec.Image;

namespace Inro.Images.Transfers;

/// <summary>An image found, its documents read and checked, its layers not yet.</summary>
internal sealed record PlannedImage
{
    /// <summary>Its names; empty for one without.</summary>
    public required IReadOnlyList<ImageReference> References { get; init; }

    /// <summary>Bytes of its manifest; null where the archive has none (docker save) and one is written at the end.</summary>
    public byte[]? Manifest { get; init; }

    /// <summary>Digest of <see cref="Manifest"/>, set with it.</summary>
    public Digest ManifestDigest { get; init; }

    /// <summary>Digest of what the names stand for where the image came from: of an index, or of the manifest; null where it has none.</summary>
    public Digest? Target { get; init; }

    /// <summary>Documents on the way to the manifest: indexes.</summary>
    public IReadOnlyList<(Digest Digest, byte[] Bytes)> Indexes { get; init; } = [];

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

    /// <summary>What progress calls it.</summary>
    public Digest Name => Descriptor?.Digest ?? DiffId;

    /// <summary>Where its bytes come from. Asked only where the store lacks them.</summary>
    public required Func<LayerOrigin> FindOrigin { get; init; }
}
