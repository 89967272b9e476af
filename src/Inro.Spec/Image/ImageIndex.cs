namespace Inro.Spec.Image;

/// <summary>Choices by platform, or the list of what a layout holds. OCI's index and Docker's manifest list share this shape.</summary>
/// <remarks>Source: OCI image-spec v1.1.1, image-index.md.</remarks>
public sealed record ImageIndex
{
    /// <summary>Always 2.</summary>
    public required int SchemaVersion { get; init; }

    /// <summary>Media type of this document; OCI documents may leave it out.</summary>
    public string? MediaType { get; init; }

    /// <summary>Set when the index describes something other than an image.</summary>
    public string? ArtifactType { get; init; }

    /// <summary>The choices.</summary>
    public required IReadOnlyList<Descriptor> Manifests { get; init; }

    /// <summary>The manifest that this index is about.</summary>
    public Descriptor? Subject { get; init; }

    /// <summary>Free words.</summary>
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }
}
