using Inro.Engine.Registries;
using Inro.Images.Copies;
using Inro.Images.Registry;
using Inro.Spec;

namespace Inro.Cli.Arguments;

/// <summary>Flags that say how a registry is spoken to by one command: <c>--creds</c>, <c>--cert-dir</c>, <c>--tls-verify</c>.</summary>
/// <param name="prefix">Of the flags' names: <c>src-</c>, or nothing.</param>
/// <param name="whose">What the help calls the registry.</param>
internal sealed class RegistryFlags(string prefix, string whose)
{
    private RegistryCredentials? credentials;
    private bool? verifiesTls;
    private string? certificates;

    public void AddTo(FlagTable table) => table
        .Text(prefix + "cert-dir", '\0', $"Directory with the certificates (ca.crt, NAME.cert and NAME.key) for {whose}", v => certificates = v, offers: Completion.Directory)
        .Text(prefix + "creds", '\0', $"USERNAME:PASSWORD for {whose}", v => credentials = Parse(v))
        .Switch(prefix + "tls-verify", '\0', $"Require TLS and a trusted certificate of {whose}", v => verifiesTls = v);

    /// <summary>The access with what was said.</summary>
    public RegistryAccess Apply(RegistryAccess access, ImageReference reference, int? attempts = null) => access.With(reference, credentials, verifiesTls, attempts, certificates);

    /// <summary>The same, where the place may be no registry.</summary>
    public RegistryAccess Apply(RegistryAccess access, CopyLocation location, int? attempts) =>
        access.With(location.Transport == CopyTransport.Registry && ImageReference.TryParse(location.Image!, out ImageReference? reference, out _) ? reference : null, credentials, verifiesTls, attempts, certificates); // a registry's place has a name

    private static RegistryCredentials Parse(string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 ? new RegistryCredentials(text[..colon], text[(colon + 1)..]) : throw new FormatException("expected USERNAME:PASSWORD");
    }
}
