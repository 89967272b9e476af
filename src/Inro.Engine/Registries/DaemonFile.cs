using System.Text.Json.Serialization;

namespace Inro.Engine.Registries;

/// <summary>What docker's <c>daemon.json</c> says about registries.</summary>
/// <remarks>Source: dockerd(8). The rest of the file is read over.</remarks>
internal sealed record DaemonFile
{
    /// <summary>Mirrors of docker.io, as addresses with a scheme.</summary>
    [JsonPropertyName("registry-mirrors")]
    public IReadOnlyList<string>? RegistryMirrors { get; init; }

    /// <summary>Hosts, and ranges of addresses, for which plain HTTP and certificates that nobody vouches for are good enough.</summary>
    [JsonPropertyName("insecure-registries")]
    public IReadOnlyList<string>? InsecureRegistries { get; init; }
}

/// <summary>Reader of <see cref="DaemonFile"/>.</summary>
[JsonSourceGenerationOptions(ReadCommentHandling = System.Text.Json.JsonCommentHandling.Skip, AllowTrailingCommas = true)]
[JsonSerializable(typeof(DaemonFile))]
internal sealed partial class DaemonJson : JsonSerializerContext;
