using System.Text.Json.Serialization;

namespace Inro.Spec.DockerApi;

/// <summary>One container in a list. Names, order, null and empty are Docker's.</summary>
/// <remarks>Source: Docker Engine API 1.51, ContainerSummary.</remarks>
public sealed record ContainerListEntry
{
#pragma warning disable CS1591 // the names are the API's: its reference explains them
    public required string Id { get; init; }
    public required IReadOnlyList<string> Names { get; init; }
    public required string Image { get; init; }

    [JsonPropertyName("ImageID")]
    public required string ImageId { get; init; }
    public required string Command { get; init; }
    public required long Created { get; init; }
    public IReadOnlyList<NoFields> Ports { get; init; } = [];

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? SizeRw { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? SizeRootFs { get; init; }
    public required IReadOnlyDictionary<string, string> Labels { get; init; }
    public required string State { get; init; }
    public required string Status { get; init; }
    public required ListedHostConfig HostConfig { get; init; }
    public required ListedNetworkSettings NetworkSettings { get; init; }
    public required IReadOnlyList<MountPointView> Mounts { get; init; }
#pragma warning restore CS1591
}

/// <summary>What a list shows of HostConfig.</summary>
public sealed record ListedHostConfig(string NetworkMode);

/// <summary>What a list shows of NetworkSettings.</summary>
public sealed record ListedNetworkSettings(IReadOnlyDictionary<string, EndpointSettingsView> Networks);
