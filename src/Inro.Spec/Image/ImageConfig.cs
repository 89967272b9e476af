using System.Text.Json.Serialization;

namespace Inro.Spec.Image;

/// <summary>How to run an image, and of which layers it is made.</summary>
/// <remarks>Source: OCI image-spec v1.1.1, config.md; Docker's own fields where they differ.</remarks>
public sealed record ImageConfig
{
    /// <summary>When the image was made, RFC 3339.</summary>
    public string? Created { get; init; }

    /// <summary>Who made it.</summary>
    public string? Author { get; init; }

    /// <summary>Go's name of the architecture.</summary>
    public string? Architecture { get; init; }

    /// <summary>Level of the architecture.</summary>
    public string? Variant { get; init; }

    /// <summary>Go's name of the operating system.</summary>
    [JsonPropertyName("os")]
    public string? OperatingSystem { get; init; }

    /// <summary>Version of the operating system; not used for Linux.</summary>
    [JsonPropertyName("os.version")]
    public string? OperatingSystemVersion { get; init; }

    /// <summary>Features of the operating system; not used for Linux.</summary>
    [JsonPropertyName("os.features")]
    public IReadOnlyList<string>? OperatingSystemFeatures { get; init; }

    /// <summary>What it runs on; null where it does not say.</summary>
    [JsonIgnore]
    public Platform? Platform => Architecture is { Length: > 0 } architecture && OperatingSystem is { Length: > 0 } system
        ? new Platform { Architecture = architecture, OperatingSystem = system, Variant = Variant }
        : null;

    /// <summary>Defaults for a container of this image.</summary>
    public ContainerDefaults? Config { get; init; }

    /// <summary>The layers, by the digests of their unpacked form.</summary>
    [JsonPropertyName("rootfs")]
    public required RootFileSystem RootFileSystem { get; init; }

    /// <summary>How each layer came about, the base first.</summary>
    public IReadOnlyList<HistoryEntry>? History { get; init; }
}

/// <summary>The layers of an image.</summary>
public sealed record RootFileSystem
{
    /// <summary>Always <c>layers</c>.</summary>
    public string Type { get; init; } = "layers";

    /// <summary>Digest of each unpacked layer, the base first.</summary>
    [JsonPropertyName("diff_ids")]
    public required IReadOnlyList<Digest> DiffIds { get; init; }
}

/// <summary>How one layer, or a change without one, came about.</summary>
public sealed record HistoryEntry
{
    /// <summary>When, RFC 3339.</summary>
    public string? Created { get; init; }

    /// <summary>Who.</summary>
    public string? Author { get; init; }

    /// <summary>The command that made it.</summary>
    [JsonPropertyName("created_by")]
    public string? CreatedBy { get; init; }

    /// <summary>Free words.</summary>
    public string? Comment { get; init; }

    /// <summary>True when it changed no file and therefore has no layer.</summary>
    [JsonPropertyName("empty_layer")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool EmptyLayer { get; init; }
}
