namespace Inro.Engine.Volumes.Plugins;

/// <summary>Where a plug-in listens.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Socket">Path of a unix socket; empty: it has an address.</param>
/// <param name="Url">Base address, <c>http://HOST:PORT/</c>; for a socket a name that nobody resolves.</param>
internal sealed record PluginAddress(string Name, string Socket, Uri Url)
{
    /// <summary>What an https address is checked with; null: the host's authorities.</summary>
    public PluginTls? Tls { get; init; }

    /// <summary>A plug-in on a unix socket.</summary>
    public static PluginAddress OfSocket(string name, string path) => new(name, path, new Uri("http://plugin/"));
}

/// <summary>How a plug-in's TLS is checked.</summary>
/// <param name="IsUnchecked">Whatever certificate it shows is taken.</param>
/// <param name="AuthorityFile">Authorities in PEM; empty: the host's.</param>
/// <param name="CertificateFile">Ours; empty: none.</param>
/// <param name="KeyFile">Its key.</param>
internal sealed record PluginTls(bool IsUnchecked, string AuthorityFile, string CertificateFile, string KeyFile);
