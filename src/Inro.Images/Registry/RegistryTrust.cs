using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Inro.Images.Registry;

/// <summary>Which certificates are trusted for a registry, and which one is shown to it.</summary>
/// <remarks>
/// From directories as docker and containers have them: <c>NAME.crt</c> is an authority, <c>NAME.cert</c> with <c>NAME.key</c> shows who asks.
/// The machine's own authorities count besides.
/// </remarks>
internal sealed class RegistryTrust
{
    private readonly X509Certificate2Collection authorities = [];
    private readonly bool isInsecure;

    /// <summary>Reads what there is for a host.</summary>
    /// <param name="directories">Each holds a directory for each host, named by its address.</param>
    /// <param name="host">Which.</param>
    public RegistryTrust(IReadOnlyList<string> directories, RegistryHost host)
    {
        isInsecure = host.IsInsecure;
        foreach (string directory in directories.Select(d => Path.Combine(d, host.Name)).Where(Directory.Exists))
        {
            foreach (string file in Directory.EnumerateFiles(directory).Order(StringComparer.Ordinal)) { Read(file); }
        }
    }

    /// <summary>Shown to the registry when it asks; empty where there is none.</summary>
    public X509CertificateCollection Own { get; } = [];

    /// <summary>Judges a registry's certificate.</summary>
    public bool IsTrusted(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (isInsecure || errors == SslPolicyErrors.None) { return true; }

        if (errors != SslPolicyErrors.RemoteCertificateChainErrors || authorities.Count == 0 || certificate is null) { return false; }

        using var own = new X509Chain();
        own.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        own.ChainPolicy.CustomTrustStore.AddRange(authorities);
        own.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        if (chain is not null) { foreach (X509ChainElement element in chain.ChainElements) { own.ChainPolicy.ExtraStore.Add(element.Certificate); } }

        return own.Build(X509CertificateLoader.LoadCertificate(certificate.Export(X509ContentType.Cert)));
    }

    private void Read(string file)
    {
        try
        {
            switch (Path.GetExtension(file))
            {
                case ".crt":
                    authorities.ImportFromPemFile(file);
                    break;
                case ".cert":
                    string key = Path.ChangeExtension(file, ".key");
                    if (!File.Exists(key)) { throw new RegistryException(RegistryFailure.Tls, $"the certificate {file} has no key {key} beside it", "put it there, or name an authority's certificate .crt"); }

                    Own.Add(X509Certificate2.CreateFromPemFile(file, key));
                    break;
                default:
                    break;
            }
        }
        catch (CryptographicException unreadable)
        {
            throw new RegistryException(RegistryFailure.Tls, $"{file} cannot be read: {unreadable.Message}", "it must be in PEM form", unreadable);
        }
    }
}
