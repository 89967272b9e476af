namespace Inro.Spec.Image;

/// <summary>Names one blob by what it contains.</summary>
/// <remarks>Source: OCI image-spec v1.1.1, descriptor.md.</remarks>
public sealed record Descriptor
{
    /// <summary>What the blob is.</summary>
    public required string MediaType { get; init; }

    /// <summary>Digest of the bytes as stored; for a layer, of the compressed form.</summary>
    public required Digest Digest { get; init; }

    /// <summary>Length in bytes, never negative; <see cref="OciDocument"/> refuses others.</summary>
    public required long Size { get; init; }

    /// <summary>Where else the blob may be had.</summary>
    public IReadOnlyList<string>? Urls { get; init; }

    /// <summary>The blob itself, in base64, when it is small.</summary>
    public string? Data { get; init; }

    /// <summary>What kind of artifact the manifest behind this descriptor describes.</summary>
    public string? ArtifactType { get; init; }

    /// <summary>What the manifest behind this descriptor runs on; in an index only.</summary>
    public Platform? Platform { get; init; }

    /// <summary>Free words about the blob.</summary>
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }
}
