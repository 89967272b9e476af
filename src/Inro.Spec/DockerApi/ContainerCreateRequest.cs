using System.Text.Json.Serialization;

namespace Inro.Spec.DockerApi;

/// <summary>Body of <c>POST /containers/create</c>. Null: the client did not say; unknown fields are passed over.</summary>
/// <remarks>Source: Docker Engine API 1.51, ContainerConfig, HostConfig, NetworkingConfig.</remarks>
public sealed record ContainerCreateRequest
{
#pragma warning disable CS1591 // the names are the API's: its reference explains them
    public string? Hostname { get; init; }
    public string? Domainname { get; init; }
    public string? User { get; init; }
    public bool AttachStdin { get; init; }
    public bool AttachStdout { get; init; }
    public bool AttachStderr { get; init; }
    public IReadOnlyDictionary<string, NoFields?>? ExposedPorts { get; init; }
    public bool Tty { get; init; }
    public bool OpenStdin { get; init; }
    public bool StdinOnce { get; init; }
    public IReadOnlyList<string>? Env { get; init; }

    [JsonConverter(typeof(TextOrListConverter))]
    public IReadOnlyList<string>? Cmd { get; init; }
    public HealthcheckRequest? Healthcheck { get; init; }
    public string? Image { get; init; }
    public IReadOnlyDictionary<string, NoFields?>? Volumes { get; init; }
    public string? WorkingDir { get; init; }

    [JsonConverter(typeof(TextOrListConverter))]
    public IReadOnlyList<string>? Entrypoint { get; init; }
    public string? MacAddress { get; init; }
    public IReadOnlyDictionary<string, string>? Labels { get; init; }
    public string? StopSignal { get; init; }
    public int? StopTimeout { get; init; }
    public HostConfigRequest? HostConfig { get; init; }
    public NetworkingRequest? NetworkingConfig { get; init; }
}

/// <summary>How health is tested; times in nanoseconds.</summary>
public sealed record HealthcheckRequest
{
    public IReadOnlyList<string>? Test { get; init; }
    public long Interval { get; init; }
    public long Timeout { get; init; }
    public long StartPeriod { get; init; }
    public long StartInterval { get; init; }
    public int Retries { get; init; }
}

/// <summary>Endpoints by the names of networks.</summary>
public sealed record NetworkingRequest
{
    public IReadOnlyDictionary<string, EndpointRequest?>? EndpointsConfig { get; init; }
}

/// <summary>A place in a network.</summary>
public sealed record EndpointRequest
{
    [JsonPropertyName("IPAMConfig")]
    public AddressRequest? Addresses { get; init; }
    public IReadOnlyList<string>? Links { get; init; }
    public IReadOnlyList<string>? Aliases { get; init; }
    public string? MacAddress { get; init; }
}

/// <summary>Fixed addresses.</summary>
public sealed record AddressRequest
{
    [JsonPropertyName("IPv4Address")]
    public string? Address { get; init; }

    [JsonPropertyName("IPv6Address")]
    public string? Address6 { get; init; }

    [JsonPropertyName("LinkLocalIPs")]
    public IReadOnlyList<string>? LinkLocal { get; init; }
#pragma warning restore CS1591
}
