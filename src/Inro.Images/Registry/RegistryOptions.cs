namespace Inro.Images.Registry;

/// <summary>How registries are asked.</summary>
public sealed record RegistryOptions
{
    /// <summary>Looks up who asks, by the name that credentials are kept under (<see cref="RegistryHost.CredentialsName"/>).</summary>
    public Func<string, RegistryCredentials?> FindCredentials { get; init; } = static _ => null;

    /// <summary>Looks up certificates by the host as it stands in references. Null: only what the machine trusts counts.</summary>
    public Func<string, RegistryTrust>? FindTrust { get; init; }

    /// <summary>Where a certificate would be looked for, for people.</summary>
    public string CertificateDirectory { get; init; } = "/etc/containers/certs.d";

    /// <summary>Said with each request.</summary>
    public string UserAgent { get; init; } = "inro";

    /// <summary>How often a request is made in all before its failure is the user's.</summary>
    public int Attempts { get; init; } = 6;

    /// <summary>Pause before the second attempt; each further one is twice as long, up to <see cref="LongestPause"/>.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(300);

    /// <summary>Longest pause, also where a registry asks for a longer one.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long to wait for a connection.</summary>
    public TimeSpan ConnectDeadline { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long a registry may be silent in the middle of an answer.</summary>
    public TimeSpan SilenceDeadline { get; init; } = TimeSpan.FromSeconds(60);
}
