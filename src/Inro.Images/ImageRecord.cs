using Inro.Spec;

namespace Inro.Images;

/// <summary>One name of an image in the store, or one image without a name.</summary>
public sealed record ImageRecord
{
    /// <summary>Canonical reference (<c>docker.io/library/alpine:latest</c>); null for an image that was loaded without a name.</summary>
    public string? Reference { get; init; }

    /// <summary>Digest of the image's manifest.</summary>
    public required Digest Manifest { get; init; }

    /// <summary>Digest that the reference stands for where the image came from: of an index, or of the manifest; null where it came from no registry.</summary>
    public Digest? Target { get; init; }

    /// <summary>Digest of the image's config: the image's id.</summary>
    public required Digest Config { get; init; }

    /// <summary>Chain ID of all layers; null for an image without layers.</summary>
    public Digest? ChainId { get; init; }

    /// <summary>Bytes of the unpacked layers together, as lists show it.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>When the image was made, by its config; null where that does not say.</summary>
    public DateTimeOffset? Created { get; init; }

    /// <summary>Digests of all blobs that the image needs: manifest, config, layers.</summary>
    public required IReadOnlyList<Digest> Blobs { get; init; }
}

/// <summary>One unpacked layer on top of those below it.</summary>
public sealed record LayerRecord
{
    /// <summary>Chain ID: the layer together with what it stands on.</summary>
    public required Digest ChainId { get; init; }

    /// <summary>Chain ID of what it stands on; null for a base layer.</summary>
    public Digest? Parent { get; init; }

    /// <summary>Diff ID: the layer alone.</summary>
    public required Digest DiffId { get; init; }

    /// <summary>Number of the committed snapshot that holds it.</summary>
    public required long Snapshot { get; init; }

    /// <summary>Bytes of file content in the layer.</summary>
    public required long SizeBytes { get; init; }
}
