using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Inro.Images.Registry;

/// <summary>Which certificates are trusted for a registry besides those that the machine trusts, and which one is shown to it.</summary>
public sealed class RegistryTrust
{
    /// <summary>Authorities that count for this registry.</summary>
    public X509Certificate2Collection Authorities { get; } = [];

    /// <summary>Shown to the registry when it asks; empty where there is none.</summary>
    public X509Certificate2Collection Own { get; } = [];

    /// <summary>Judges a registry's certificate.</summary>
    internal bool IsTrusted(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None) { return true; }

        if (errors != SslPolicyErrors.RemoteCertificateChainErrors || Authorities.Count == 0 || certificate is null) { return false; }

        using var own = new X509Chain();
        own.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        own.ChainPolicy.CustomTrustStore.AddRange(Authorities);
        own.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        if (chain is not null)
        {
            foreach (X509ChainElement element in chain.ChainElements) { own.ChainPolicy.ExtraStore.Add(element.Certificate); }
        }

        return own.Build(X509CertificateLoader.LoadCertificate(certificate.Export(X509ContentType.Cert)));
    }
}
