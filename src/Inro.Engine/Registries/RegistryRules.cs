using System.Net;
using Inro.Images.Registry;
using Inro.Spec;

namespace Inro.Engine.Registries;

/// <summary>A server to ask, and the repository's name there.</summary>
/// <param name="Host">The server.</param>
/// <param name="Repository">The name that the image's repository has on it.</param>
/// <param name="IsMirror">True for one that need not have everything.</param>
public sealed record RegistrySource(RegistryHost Host, string Repository, bool IsMirror);

/// <summary>Which servers are asked for which images: mirrors, other locations, blocks, and where plain HTTP will do.</summary>
/// <remarks>Of the rules that a reference begins with the longest counts. Source: containers-registries.conf(5), dockerd(8).</remarks>
public sealed class RegistryRules
{
    private readonly IReadOnlyList<RegistryEntry> entries;
    private readonly IReadOnlyList<string> insecure;
    private readonly IReadOnlyList<RegistryHost> hubMirrors;

    internal RegistryRules(IReadOnlyList<RegistriesFile> files, DaemonFile? daemon)
    {
        entries = [.. files.SelectMany(static f => f.Registry ?? []).Select(Plain)];
        CredentialHelpers = files.Select(static f => f.CredentialHelpers).LastOrDefault(static h => h is not null) ?? [];
        insecure = daemon?.InsecureRegistries ?? [];
        hubMirrors = [.. (daemon?.RegistryMirrors ?? []).Select(Mirror)];
    }

    /// <summary>No rules: every registry is asked at its own address.</summary>
    public static RegistryRules None { get; } = new([], null);

    /// <summary>Programs that know credentials, the first to be asked first; <c>containers-auth.json</c> stands for the file.</summary>
    public IReadOnlyList<string> CredentialHelpers { get; }

    /// <summary>The servers to pull from, in order; the last is the registry itself.</summary>
    /// <exception cref="EngineException">FailedPrecondition: a rule blocks it.</exception>
    public IReadOnlyList<RegistrySource> ForPull(ImageReference reference)
    {
        RegistryEntry? rule = RuleFor(reference);
        List<RegistrySource> sources = [];
        foreach (RegistryMirror mirror in rule?.Mirror ?? [])
        {
            if (Serves(mirror, rule!, reference)) { sources.Add(At(mirror.Location, rule!, reference, mirror.Insecure, isMirror: true)); } // a mirror belongs to a rule
        }

        if (rule is null && reference.Host == "docker.io") { sources.AddRange(hubMirrors.Select(m => new RegistrySource(m, reference.Repository, IsMirror: true))); }

        sources.Add(ForPush(reference));
        return sources;
    }

    /// <summary>The server to push to.</summary>
    /// <exception cref="EngineException">FailedPrecondition: a rule blocks it.</exception>
    public RegistrySource ForPush(ImageReference reference)
    {
        RegistryEntry? rule = RuleFor(reference);
        if (rule is { Blocked: true })
        {
            throw new EngineException(ErrorCode.PreconditionFailed, $"registry {rule.Prefix ?? rule.Location} is blocked by registries.conf, and {reference.Familiar} is there", "change the rule, or use an image from elsewhere");
        }

        return rule is null
            ? new RegistrySource(Host(reference.Host), reference.Repository, IsMirror: false)
            : At(rule.Location ?? rule.Prefix!, rule, reference, rule.Insecure, isMirror: false); // a rule has one of the two
    }

    /// <summary>A registry by its host alone.</summary>
    public RegistryHost Host(string host)
    {
        RegistryHost plain = RegistryHost.Of(host);
        RegistryEntry? rule = entries.LastOrDefault(e => (e.Prefix ?? e.Location) == host);
        return plain with { IsInsecure = plain.IsInsecure || rule is { Insecure: true } || insecure.Any(i => IsMeant(i, host)) };
    }

    /// <summary>A slash at the end of a prefix or a location means nothing.</summary>
    private static RegistryEntry Plain(RegistryEntry entry) => entry with
    {
        Prefix = entry.Prefix?.TrimEnd('/'),
        Location = entry.Location?.TrimEnd('/'),
        Mirror = entry.Mirror?.ConvertAll(static m => m with { Location = m.Location.TrimEnd('/') }),
    };

    private RegistryEntry? RuleFor(ImageReference reference)
    {
        string name = reference.ToString();
        RegistryEntry? best = null;
        int longest = 0;
        foreach (RegistryEntry entry in entries)
        {
            string prefix = entry.Prefix ?? entry.Location ?? "";
            if (prefix.Length >= longest && prefix.Length > 0 && Covers(prefix, name, reference.Host)) { (best, longest) = (entry, prefix.Length); }
        }

        return best;
    }

    /// <summary>A prefix ends at a border of the name; <c>*.example.com</c> means the hosts below it.</summary>
    private static bool Covers(string prefix, string name, string host) => prefix.StartsWith("*.", StringComparison.Ordinal)
        ? host.EndsWith(prefix[1..], StringComparison.Ordinal)
        : name == prefix || (name.StartsWith(prefix, StringComparison.Ordinal) && name[prefix.Length] is '/' or ':' or '@');

    private static bool Serves(RegistryMirror mirror, RegistryEntry rule, ImageReference reference) => (mirror.PullFromMirror ?? (rule.MirrorByDigestOnly ? "digest-only" : "all")) switch
    {
        "digest-only" => reference.Digest is not null,
        "tag-only" => reference.Digest is null,
        _ => true,
    };

    private RegistrySource At(string location, RegistryEntry rule, ImageReference reference, bool isInsecure, bool isMirror)
    {
        string prefix = rule.Prefix ?? rule.Location!; // a rule has one of the two
        string rest = prefix.StartsWith("*.", StringComparison.Ordinal) ? "/" + reference.Repository : reference.Name[Math.Min(prefix.Length, reference.Name.Length)..];
        string target = rule.Location is null && !isMirror ? reference.Name : location.TrimEnd('/') + rest;
        int slash = target.IndexOf('/', StringComparison.Ordinal);
        if (slash <= 0 || slash == target.Length - 1)
        {
            throw new EngineException(ErrorCode.InvalidArgument, $"registries.conf sends {reference.Familiar} to \"{target}\", which is no host and repository", "look at the rule's location");
        }

        RegistryHost host = Host(target[..slash]);
        return new RegistrySource(host with { IsInsecure = host.IsInsecure || isInsecure }, target[(slash + 1)..], isMirror);
    }

    private RegistryHost Mirror(string address)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) || uri.Scheme is not ("http" or "https"))
        {
            throw new EngineException(ErrorCode.InvalidArgument, $"registry-mirrors of daemon.json: \"{address}\" is no address", "write it as https://mirror.example");
        }

        RegistryHost host = Host(uri.Authority);
        return host with { Prefix = uri.AbsolutePath.Trim('/'), IsInsecure = host.IsInsecure || uri.Scheme == "http" };
    }

    private static bool IsMeant(string entry, string host)
    {
        if (entry == host) { return true; }

        string name = host.StartsWith('[') ? host[1..Math.Max(1, host.IndexOf(']', StringComparison.Ordinal))] : host.Split(':')[0];
        return IPNetwork.TryParse(entry, out IPNetwork range) && IPAddress.TryParse(name, out IPAddress? address) && range.Contains(address);
    }
}
