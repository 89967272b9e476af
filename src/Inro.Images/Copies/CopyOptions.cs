using Inro.Spec;
using Inro.Spec.Image;

namespace Inro.Images.Copies;

/// <summary>How much of an image for several platforms is copied.</summary>
public enum CopyExtent
{
    /// <summary>What is for one platform.</summary>
    System,

    /// <summary>Everything.</summary>
    All,

    /// <summary>The index alone: the destination has, or gets otherwise, what it names.</summary>
    IndexOnly,
}

/// <summary>In whose words documents are written.</summary>
public enum DocumentFormat
{
    /// <summary>OCI image-spec.</summary>
    Oci,

    /// <summary>Docker's schema 2.</summary>
    Docker,
}

/// <summary>How to copy.</summary>
public sealed record CopyOptions
{
    /// <summary>How much.</summary>
    public CopyExtent Extent { get; init; }

    /// <summary>The platform of <see cref="CopyExtent.System"/>.</summary>
    public Platform Platform { get; init; } = Platform.Host;

    /// <summary>In whose words; null: as they are, as far as the destination takes them so.</summary>
    public DocumentFormat? Format { get; init; }

    /// <summary>How layers are compressed at the destination; null: as they are.</summary>
    public LayerPackingChoice? Packing { get; init; }

    /// <summary>Fail rather than change a document.</summary>
    public bool KeepsDigests { get; init; }

    /// <summary>Whether what refers to the copied manifests goes along.</summary>
    public bool WithReferrers { get; init; }
}

/// <summary>What a copy has come to.</summary>
/// <param name="Target">What the image's name stands for at the destination.</param>
/// <param name="Referrers">Documents copied because they refer to others.</param>
public sealed record CopyResult(Descriptor Target, int Referrers);
