using System.Text.Json.Serialization;
using Tomlyn.Serialization;

namespace Inro.Engine.Registries;

/// <summary>A file <c>registries.conf</c>, second version.</summary>
/// <remarks>Source: containers-registries.conf(5). What is about signatures and additional stores is read over.</remarks>
internal sealed record RegistriesFile
{
    /// <summary>What a name without a host is looked for at.</summary>
    public List<string>? UnqualifiedSearchRegistries { get; init; }

    /// <summary>Helpers that know credentials, the first to be asked first.</summary>
    public List<string>? CredentialHelpers { get; init; }

    /// <summary>Rules.</summary>
    public List<RegistryEntry>? Registry { get; init; }

    /// <summary>Short names, and what they stand for.</summary>
    public Dictionary<string, string>? Aliases { get; init; }
}

/// <summary>A rule of <see cref="RegistriesFile"/>: what holds for the references that begin so.</summary>
internal sealed record RegistryEntry
{
    /// <summary>What references begin with; null: the same as <see cref="Location"/>.</summary>
    public string? Prefix { get; init; }

    /// <summary>What stands in the place of the prefix when the registry is asked; null: the prefix itself.</summary>
    public string? Location { get; init; }

    /// <summary>Whether plain HTTP and certificates that nobody vouches for are good enough.</summary>
    public bool Insecure { get; init; }

    /// <summary>Whether it may not be asked at all.</summary>
    public bool Blocked { get; init; }

    /// <summary>Whether mirrors are asked for digests only.</summary>
    public bool MirrorByDigestOnly { get; init; }

    /// <summary>Asked before the registry itself.</summary>
    public List<RegistryMirror>? Mirror { get; init; }
}

/// <summary>A mirror of <see cref="RegistryEntry"/>.</summary>
internal sealed record RegistryMirror
{
    /// <summary>What stands in the place of the rule's prefix.</summary>
    public string Location { get; init; } = "";

    /// <summary>As of <see cref="RegistryEntry"/>.</summary>
    public bool Insecure { get; init; }

    /// <summary><c>all</c>, <c>digest-only</c> or <c>tag-only</c>.</summary>
    public string? PullFromMirror { get; init; }
}

/// <summary>Reader of <see cref="RegistriesFile"/>.</summary>
[TomlSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.KebabCaseLower)]
[TomlSerializable(typeof(RegistriesFile))]
internal sealed partial class RegistriesToml : TomlSerializerContext;
