using System.Text.Json;
using System.Text.Json.Serialization;

namespace Inro.Spec.Distribution;

/// <summary>What a registry says when it does not do what was asked.</summary>
/// <remarks>Source: OCI distribution-spec v1.1.1, "Error Codes".</remarks>
/// <param name="Errors">At least one, where the registry keeps to the specification.</param>
public sealed record RegistryErrors(IReadOnlyList<RegistryError>? Errors);

/// <summary>One error.</summary>
/// <param name="Code">For programs: <c>MANIFEST_UNKNOWN</c>.</param>
/// <param name="Message">For people.</param>
/// <param name="Detail">Anything.</param>
public sealed record RegistryError(string? Code, string? Message, JsonElement? Detail);

/// <summary>Tags of a repository, or a page of them.</summary>
/// <param name="Name">The repository.</param>
/// <param name="Tags">Null or empty: it has none.</param>
public sealed record TagList(string? Name, IReadOnlyList<string?>? Tags);

/// <summary>Repositories of a registry, or a page of them.</summary>
/// <param name="Repositories">Null or empty: it has none.</param>
public sealed record RepositoryList(IReadOnlyList<string?>? Repositories);

/// <summary>A token of short life.</summary>
/// <remarks>Source: distribution's token authentication specification; its OAuth 2 form uses the second name.</remarks>
public sealed record TokenAnswer
{
    /// <summary>The token.</summary>
    public string? Token { get; init; }

    /// <summary>The token by its other name.</summary>
    [JsonPropertyName("access_token")]
    public string? AccessToken { get; init; }

    /// <summary>Its life in seconds; 60 where nothing is said.</summary>
    [JsonPropertyName("expires_in")]
    public double? ExpiresIn { get; init; }
}

/// <summary>Readers of a registry's answers.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, MaxDepth = 32)]
[JsonSerializable(typeof(RegistryErrors))]
[JsonSerializable(typeof(TagList))]
[JsonSerializable(typeof(RepositoryList))]
[JsonSerializable(typeof(TokenAnswer))]
public sealed partial class DistributionJson : JsonSerializerContext;
