using Inro.Images.Registry;
using Inro.Spec;

namespace Inro.Engine.Registries;

/// <summary>Makes clients of registries, as this machine and this user have set them up.</summary>
/// <param name="rules">Which servers.</param>
/// <param name="options">How they are asked, and who asks.</param>
public sealed class RegistryAccess(RegistryRules rules, RegistryOptions options)
{
    /// <summary>As the files of this machine and this user say.</summary>
    /// <param name="userAgent">Said with each request.</param>
    /// <param name="credentialsDirectory">In the place of <c>~/.docker</c>; null: that.</param>
    /// <param name="credentialsFile">A file in the place of all that are looked into for credentials; null: those.</param>
    public static RegistryAccess Configured(string userAgent, string? credentialsDirectory = null, string? credentialsFile = null)
    {
        RegistryRules rules = RegistryConfiguration.ReadRules();
        CredentialStore credentials = CredentialStore.OfUser(rules, credentialsDirectory, credentialsFile);
        return new RegistryAccess(rules, new RegistryOptions
        {
            UserAgent = userAgent,
            FindCredentials = credentials.Find,
            FindTrust = host => CertificateFiles.Read(RegistryConfiguration.CertificateDirectories(), host),
            CertificateDirectory = RegistryConfiguration.CertificateDirectories()[0],
        });
    }

    /// <summary>Which servers.</summary>
    public RegistryRules Rules => rules;

    /// <summary>In the place of what the configuration says of the safety of connections: true wants TLS and a certificate that is trusted, false does without; null: as configured.</summary>
    public bool? VerifiesTls { get; init; }

    /// <summary>The same, with what was said for one command.</summary>
    /// <param name="reference">Whose registry the credentials are for.</param>
    /// <param name="credentials">Who asks; null: as configured.</param>
    /// <param name="verifiesTls">As <see cref="VerifiesTls"/>.</param>
    /// <param name="attempts">How often a request is made in all; null: as usual.</param>
    /// <param name="certificates">A directory with the certificates that count in the place of those configured; who names one wants them verified.</param>
    /// <exception cref="EngineException">InvalidArgument: the certificates cannot be read.</exception>
    public RegistryAccess With(ImageReference? reference, RegistryCredentials? credentials, bool? verifiesTls, int? attempts, string? certificates = null)
    {
        RegistryOptions own = attempts is { } count ? options with { Attempts = count } : options;
        if (credentials is not null && reference is not null)
        {
            string name = rules.ForPush(reference).Host.CredentialsName; // a mirror is not told
            own = own with { FindCredentials = asked => asked == name ? credentials : options.FindCredentials(asked) };
        }

        if (certificates is not null)
        {
            RegistryTrust trust = CertificateFiles.ReadNamed(certificates);
            own = own with { FindTrust = _ => trust };
            verifiesTls ??= true;
        }

        return new RegistryAccess(rules, own) { VerifiesTls = verifiesTls ?? VerifiesTls };
    }

    /// <summary>The same with other pauses between attempts.</summary>
    /// <param name="pause">How long each lasts.</param>
    public RegistryAccess Pausing(TimeSpan pause) => new(rules, options with { FirstPause = pause, LongestPause = pause }) { VerifiesTls = VerifiesTls };

    /// <summary>The servers that an image is pulled from; closed by the caller.</summary>
    public RegistrySet ToPull(ImageReference reference) =>
        new([.. rules.ForPull(reference).Select(s => (new RegistryClient(Judged(s.Host), s.IsMirror ? options with { Attempts = AttemptsAtMirror } : options), s.Repository))]);

    /// <summary>The registry itself, and the repository's name there; closed by the caller.</summary>
    public (RegistryClient Client, string Repository) ToPush(ImageReference reference)
    {
        RegistrySource source = rules.ForPush(reference);
        return (new RegistryClient(Judged(source.Host), options), source.Repository);
    }

    /// <summary>A registry as somebody in particular; closed by the caller.</summary>
    public RegistryClient Of(string host, RegistryCredentials? credentials = null) =>
        new(Judged(rules.Host(host)), credentials is null ? options : options with { FindCredentials = _ => credentials });

    private RegistryHost Judged(RegistryHost host) => VerifiesTls is { } verifies ? host with { IsInsecure = !verifies } : host;

    /// <summary>A registry's refusal as the engine tells it.</summary>
    public static EngineException Failure(RegistryException refused) => new(
        refused.Failure switch
        {
            RegistryFailure.NotFound => ErrorCode.NotFound,
            RegistryFailure.Unauthorized => ErrorCode.Unauthenticated,
            RegistryFailure.Denied => ErrorCode.PermissionDenied,
            RegistryFailure.RateLimited or RegistryFailure.Unreachable or RegistryFailure.Server => ErrorCode.Unavailable,
            RegistryFailure.Tls => ErrorCode.PreconditionFailed,
            RegistryFailure.Changed => ErrorCode.DataLoss,
            _ => ErrorCode.Internal,
        },
        refused.Message, refused.Remedy ?? "try again", refused);

    /// <summary>A mirror that does not answer at once is passed over.</summary>
    private const int AttemptsAtMirror = 2;
}
