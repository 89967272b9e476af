namespace Inro.Spec;

/// <summary>A name typed by a person, expanded: host, repository, and a tag, a digest or both.</summary>
/// <remarks>
/// Source: distribution's reference grammar, with docker's expansions: no host means docker.io, one word there means library/,
/// neither tag nor digest means latest.
/// </remarks>
public sealed record ImageReference
{
    /// <summary>Longest host and repository together, in bytes.</summary>
    public const int MaxNameLength = 255;

    /// <summary>Longest tag, in bytes.</summary>
    public const int MaxTagLength = 128;

    private const int MaxShownLength = 512;
    private const string DefaultHost = "docker.io";
    private const string LegacyDefaultHost = "index.docker.io";
    private const string OfficialPrefix = "library/";

    private ImageReference()
    {
    }

    /// <summary>The registry's host, with its port where one was given: <c>docker.io</c>, <c>localhost:5000</c>, <c>[::1]:5000</c>.</summary>
    public required string Host { get; init; }

    /// <summary>The repository on that host: <c>library/alpine</c>.</summary>
    public required string Repository { get; init; }

    /// <summary>The tag; null when only a digest was given.</summary>
    public string? Tag { get; init; }

    /// <summary>The digest, when one was given.</summary>
    public Digest? Digest { get; init; }

    /// <summary>Host and repository: <c>docker.io/library/alpine</c>.</summary>
    public string Name => Host + "/" + Repository;

    /// <summary>The name as people see it: without docker.io and library/.</summary>
    public string FamiliarName => Host != DefaultHost ? Name
        : Repository.StartsWith(OfficialPrefix, StringComparison.Ordinal) && Repository.IndexOf('/', OfficialPrefix.Length) < 0 ? Repository[OfficialPrefix.Length..]
        : Repository;

    /// <summary>The whole reference as people see it: <c>alpine:latest</c>.</summary>
    public string Familiar => FamiliarName + Suffix;

    private string Suffix => (Tag is null ? "" : ":" + Tag) + (Digest is { } digest ? "@" + digest : "");

    /// <summary>Expands what a person typed.</summary>
    /// <exception cref="FormatException">It is not a reference; the message says why.</exception>
    public static ImageReference Parse(string text) =>
        TryParse(text, out ImageReference? reference, out string? why) ? reference! : throw new FormatException($"invalid reference '{Shown(text)}': {why}");

    /// <summary>Expands what a person typed, without throwing.</summary>
    /// <param name="text">What was typed.</param>
    /// <param name="reference">The expanded reference, or null.</param>
    /// <param name="why">What is wrong, or null.</param>
    public static bool TryParse(string text, out ImageReference? reference, out string? why)
    {
        reference = null;
        why = null;
        Digest? digest = null;
        string rest = text;
        int at = rest.IndexOf('@', StringComparison.Ordinal);
        if (at >= 0)
        {
            if (!Spec.Digest.TryParse(rest[(at + 1)..], out Digest parsed)) { why = "what follows @ is not a digest"; return false; }

            digest = parsed;
            rest = rest[..at];
        }

        string? tag = null;
        int colon = rest.LastIndexOf(':');
        if (colon > rest.LastIndexOf('/') && !rest.EndsWith(']'))
        {
            tag = rest[(colon + 1)..];
            rest = rest[..colon];
            if (!ReferenceGrammar.IsTag(tag)) { why = "a tag is up to 128 letters, digits, '_', '.' and '-', and starts with none of '.' and '-'"; return false; }
        }

        (string host, string repository) = SplitHost(rest);
        why = WhyNot(rest, host, repository);
        if (why is not null) { return false; }

        reference = new ImageReference { Host = host, Repository = repository, Tag = tag ?? (digest is null ? "latest" : null), Digest = digest };
        return true;
    }

    /// <summary>The canonical spelling: <c>docker.io/library/alpine:latest</c>.</summary>
    public override string ToString() => Name + Suffix;

    /// <summary>For messages: a name may come from a registry or an archive, with anything in it.</summary>
    private static string Shown(string text)
    {
        char[] shown = text.AsSpan(0, Math.Min(text.Length, MaxShownLength)).ToArray();
        for (int i = 0; i < shown.Length; i++)
        {
            if (char.IsControl(shown[i])) { shown[i] = '?'; }
        }

        return new string(shown) + (text.Length > MaxShownLength ? "…" : "");
    }

    private static (string Host, string Repository) SplitHost(string name)
    {
        int slash = name.IndexOf('/', StringComparison.Ordinal);
        string first = slash < 0 ? "" : name[..slash];
        bool isHost = first.AsSpan().ContainsAny('.', ':') || first == "localhost" || first.AsSpan().ContainsAnyInRange('A', 'Z');
        string host = isHost ? first : DefaultHost;
        string repository = isHost ? name[(slash + 1)..] : name;
        if (host == LegacyDefaultHost) { host = DefaultHost; }

        return (host, host == DefaultHost && !repository.Contains('/', StringComparison.Ordinal) ? OfficialPrefix + repository : repository);
    }

    private static string? WhyNot(string typed, string host, string repository)
    {
        if (typed.Length == 0) { return "the name is empty"; }

        if (typed.Length == 64 && Spec.Digest.IsLowerHex(typed)) { return "64 hex digits are an image id, not a name"; }

        if (repository.AsSpan().ContainsAnyInRange('A', 'Z')) { return "a repository's name is in lower case"; }

        if (!ReferenceGrammar.IsRepository(repository)) { return "a repository is words of a-z and 0-9, joined by '/', '.', '_', '__' or '-'"; }

        return !ReferenceGrammar.IsHost(host) ? "the part before the first '/' is not a host"
            : host.Length + 1 + repository.Length > MaxNameLength ? $"the name is longer than {MaxNameLength} bytes"
            : null;
    }
}
