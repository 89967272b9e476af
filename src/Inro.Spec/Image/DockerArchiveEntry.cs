using System.Text.Json.Serialization;

namespace Inro.Spec.Image;

/// <summary>One image of a <c>docker save</c> archive: an element of its manifest.json.</summary>
/// <remarks>Source: moby's image specification v1.2, "Combined Image JSON + Filesystem Changeset Format".</remarks>
public sealed record DockerArchiveEntry
{
    /// <summary>Path of the config in the archive.</summary>
    [JsonPropertyName("Config")]
    public required string Config { get; init; }

    /// <summary>Names of the image; null where it was saved by id.</summary>
    [JsonPropertyName("RepoTags")]
    public IReadOnlyList<string>? RepoTags { get; init; }

    /// <summary>Paths of the layers in the archive, the base first.</summary>
    [JsonPropertyName("Layers")]
    public required IReadOnlyList<string> Layers { get; init; }
}
