namespace Inro.Spec.Image;

/// <summary>The file <c>oci-layout</c>, which marks a directory as an OCI image layout.</summary>
/// <remarks>Source: OCI image-spec v1.1.1, image-layout.md.</remarks>
public sealed record ImageLayout
{
    /// <summary>The one version there is.</summary>
    public const string Version = "1.0.0";

    /// <summary>Version of the layout.</summary>
    public required string ImageLayoutVersion { get; init; }
}
