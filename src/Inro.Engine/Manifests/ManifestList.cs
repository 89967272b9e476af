using System.Text.Json.Serialization;
using Inro.Spec.Image;

namespace Inro.Engine.Manifests;

/// <summary>A list of manifests that is being put together here, before a registry gets it as an index.</summary>
public sealed record ManifestList
{
    /// <summary>Canonical reference that it is going to have.</summary>
    public required string Name { get; init; }

    /// <summary>The choices, in the order in which they were added.</summary>
    public required IReadOnlyList<ManifestEntry> Manifests { get; init; }

    /// <summary>The index that a registry gets: OCI's where every manifest is, else Docker's.</summary>
    public ImageIndex ToIndex() => new()
    {
        SchemaVersion = 2,
        MediaType = Manifests.All(static m => m.Descriptor.MediaType is MediaTypes.OciManifest or MediaTypes.OciIndex) ? MediaTypes.OciIndex : MediaTypes.DockerIndex,
        Manifests = [.. Manifests.Select(static m => m.Descriptor)],
    };
}

/// <summary>A manifest of a list.</summary>
public sealed record ManifestEntry
{
    /// <summary>Canonical reference that it was added by.</summary>
    public required string Reference { get; init; }

    /// <summary>What the list says of it: with its platform.</summary>
    public required Descriptor Descriptor { get; init; }

    /// <summary>The manifest itself.</summary>
    public required byte[] Bytes { get; init; }
}

/// <summary>Reader and writer of <see cref="ManifestList"/>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ManifestList))]
internal sealed partial class ManifestListJson : JsonSerializerContext;
