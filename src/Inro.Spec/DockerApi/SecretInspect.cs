using System.Text.Json.Serialization;

namespace Inro.Spec.DockerApi;

/// <summary>One secret as <c>docker secret inspect</c> prints it, with podman's driver and data.</summary>
/// <remarks>Source: Docker Engine API 1.51, Secret.</remarks>
public sealed record SecretInspect
{
    /// <summary>Its id.</summary>
    [JsonPropertyName("ID")]
    public required string Id { get; init; }

    /// <summary>RFC 3339.</summary>
    public required string CreatedAt { get; init; }

    /// <summary>RFC 3339.</summary>
    public required string UpdatedAt { get; init; }

    /// <summary>What was asked.</summary>
    public required SecretSpecView Spec { get; init; }

    /// <summary>What is secret; left out unless asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? SecretData { get; init; }
}

/// <summary>What was asked of a secret.</summary>
public sealed record SecretSpecView
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Who keeps it.</summary>
    public required SecretDriverView Driver { get; init; }

    /// <summary>Its labels.</summary>
    public required IReadOnlyDictionary<string, string> Labels { get; init; }
}

/// <summary>Who keeps a secret.</summary>
public sealed record SecretDriverView
{
    /// <summary>The driver's name.</summary>
    public required string Name { get; init; }

    /// <summary>Its options.</summary>
    public required IReadOnlyDictionary<string, string> Options { get; init; }
}
