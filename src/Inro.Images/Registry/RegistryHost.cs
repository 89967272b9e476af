namespace Inro.Images.Registry;

/// <summary>One server that answers for a registry: itself, or a mirror.</summary>
public sealed record RegistryHost
{
    /// <summary>The host that stands in references, with its port where it has one: <c>docker.io</c>, <c>localhost:5000</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The server's address, with its port where it has one: <c>registry-1.docker.io</c> for <c>docker.io</c>.</summary>
    public required string Address { get; init; }

    /// <summary>Path before <c>/v2/</c> on that server, without slashes at its ends; most often empty.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>True where a certificate that nobody vouches for, and plain HTTP where TLS is not spoken, are good enough.</summary>
    public bool IsInsecure { get; init; }

    /// <summary>The name that its credentials are kept under.</summary>
    public string CredentialsName => Address == DockerHubAddress ? DockerHubCredentials : Address;

    /// <summary>Where docker.io's images are.</summary>
    internal const string DockerHubAddress = "registry-1.docker.io";

    /// <summary>The name that docker has kept docker.io's credentials under since its first registry.</summary>
    internal const string DockerHubCredentials = "https://index.docker.io/v1/";

    /// <summary>The server that a reference's host means, without any configuration.</summary>
    public static RegistryHost Of(string host) => new()
    {
        Name = host,
        Address = host == "docker.io" ? DockerHubAddress : host,
        IsInsecure = IsLoopback(host),
    };

    /// <summary>True for this machine's own addresses: what is sent there does not leave it.</summary>
    internal static bool IsLoopback(string host)
    {
        string name = host.StartsWith('[') ? host[1..host.IndexOf(']', StringComparison.Ordinal)] : host.Split(':')[0];
        return name == "localhost" || (System.Net.IPAddress.TryParse(name, out System.Net.IPAddress? address) && System.Net.IPAddress.IsLoopback(address));
    }
}
