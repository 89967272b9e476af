using System.Text.Json.Serialization;

namespace Inro.Spec.DockerApi;

/// <summary>One volume as <c>docker volume inspect</c> prints it. Names, order, null and empty are Docker's.</summary>
/// <remarks>Source: Docker Engine API 1.51, Volume.</remarks>
public sealed record VolumeInspect
{
    /// <summary>RFC 3339, whole seconds.</summary>
    public required string CreatedAt { get; init; }

    /// <summary>Name of the driver.</summary>
    public required string Driver { get; init; }

    /// <summary>Null where there is none.</summary>
    public required IReadOnlyDictionary<string, string>? Labels { get; init; }

    /// <summary>Path on the host; empty where only the mounting tells.</summary>
    public required string Mountpoint { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Options of the driver; null where there is none.</summary>
    public required IReadOnlyDictionary<string, string>? Options { get; init; }

    /// <summary><c>local</c> or <c>global</c>.</summary>
    public required string Scope { get; init; }

    /// <summary>What a plug-in says of it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? Status { get; init; }
}
