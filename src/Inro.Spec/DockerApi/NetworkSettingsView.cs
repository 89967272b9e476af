using System.Text.Json.Serialization;

namespace Inro.Spec.DockerApi;

/// <summary>Networks of a container, as inspect prints them.</summary>
/// <remarks>Source: Docker Engine API 1.51, NetworkSettings.</remarks>
public sealed record NetworkSettingsView
{
#pragma warning disable CS1591 // the names are the API's: its reference explains them
    public string Bridge { get; init; } = "";

    [JsonPropertyName("SandboxID")]
    public string SandboxId { get; init; } = "";
    public string SandboxKey { get; init; } = "";
    public IReadOnlyDictionary<string, IReadOnlyList<PortBindingView>?> Ports { get; init; } = System.Collections.ObjectModel.ReadOnlyDictionary<string, IReadOnlyList<PortBindingView>?>.Empty;
    public bool HairpinMode { get; init; }
    public string LinkLocalIPv6Address { get; init; } = "";
    public int LinkLocalIPv6PrefixLen { get; init; }
    public IReadOnlyList<string>? SecondaryIPAddresses { get; init; }
    public IReadOnlyList<string>? SecondaryIPv6Addresses { get; init; }

    [JsonPropertyName("EndpointID")]
    public string EndpointId { get; init; } = "";
    public string Gateway { get; init; } = "";
    public string GlobalIPv6Address { get; init; } = "";
    public int GlobalIPv6PrefixLen { get; init; }
    public string IPAddress { get; init; } = "";
    public int IPPrefixLen { get; init; }
    public string IPv6Gateway { get; init; } = "";
    public string MacAddress { get; init; } = "";
    public required IReadOnlyDictionary<string, EndpointSettingsView> Networks { get; init; }
}

/// <summary>A container's place in one network.</summary>
public sealed record EndpointSettingsView
{
    [JsonPropertyName("IPAMConfig")]
    public NoFields? AddressConfig { get; init; }
    public IReadOnlyList<string>? Links { get; init; }
    public IReadOnlyList<string>? Aliases { get; init; }
    public string MacAddress { get; init; } = "";
    public IReadOnlyDictionary<string, string>? DriverOpts { get; init; }
    public int GwPriority { get; init; }

    [JsonPropertyName("NetworkID")]
    public string NetworkId { get; init; } = "";

    [JsonPropertyName("EndpointID")]
    public string EndpointId { get; init; } = "";
    public string Gateway { get; init; } = "";
    public string IPAddress { get; init; } = "";
    public int IPPrefixLen { get; init; }
    public string IPv6Gateway { get; init; } = "";
    public string GlobalIPv6Address { get; init; } = "";
    public int GlobalIPv6PrefixLen { get; init; }

    [JsonPropertyName("DNSNames")]
    public IReadOnlyList<string>? DnsNames { get; init; }
#pragma warning restore CS1591
}
