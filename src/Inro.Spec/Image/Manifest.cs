namespace Inro.Spec.Image;

/// <summary>One image's parts: a config and layers, the base layer first. OCI's manifest and Docker's schema 2 share this shape.</summary>
/// <remarks>Source: OCI image-spec v1.1.1, manifest.md; distribution's manifest-v2-2.md.</remarks>
public sealed record Manifest
{
    /// <summary>Always 2.</summary>
    public required int SchemaVersion { get; init; }

    /// <summary>Media type of this document; OCI documents may leave it out.</summary>
    public string? MediaType { get; init; }

    /// <summary>Set when the manifest describes something other than an image.</summary>
    public string? ArtifactType { get; init; }

    /// <summary>How to run the image.</summary>
    public required Descriptor Config { get; init; }

    /// <summary>The layers, the base first.</summary>
    public required IReadOnlyList<Descriptor> Layers { get; init; }

    /// <summary>The manifest that this one is about (a signature, an attestation).</summary>
    public Descriptor? Subject { get; init; }

    /// <summary>Free words about the image.</summary>
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }
}
