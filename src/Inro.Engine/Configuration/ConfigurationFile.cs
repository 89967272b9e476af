using System.Text.Json.Serialization;
using Tomlyn.Serialization;

namespace Inro.Engine.Configuration;

/// <summary>A file <c>config.toml</c>: what the owner of the machine, or a user, wants of this program. docs/configuration.md describes it.</summary>
internal sealed record ConfigurationFile
{
    /// <summary>Which images are kept; null: all.</summary>
    public ImageGcTable? ImageGc { get; init; }

    /// <summary>How containers' file systems are made; null: as works best.</summary>
    public StorageTable? Storage { get; init; }

    /// <summary>How containers are made; null: as docker makes them.</summary>
    public ContainersTable? Containers { get; init; }
}

/// <summary>The table <c>[containers]</c>.</summary>
internal sealed record ContainersTable
{
    /// <summary><c>create</c> or <c>refuse</c>: what <c>-v</c> does where its directory of the host is missing.</summary>
    public string? MissingBindSource { get; init; }

    /// <summary>Directories of CDI's files, the strongest last; null: /etc/cdi and /var/run/cdi.</summary>
    public List<string>? CdiSpecDirs { get; init; }

    /// <summary>Directories of files that give containers hooks, the strongest last; null: none.</summary>
    public List<string>? HooksDir { get; init; }
}

/// <summary>The table <c>[storage]</c>.</summary>
internal sealed record StorageTable
{
    /// <summary><c>overlay</c>, <c>fuse-overlayfs</c> or <c>vfs</c>.</summary>
    public string? Driver { get; init; }
}

/// <summary>The table <c>[image-gc]</c>.</summary>
internal sealed record ImageGcTable
{
    /// <summary>Most that images may take: <c>20GB</c>.</summary>
    public string? KeepStorage { get; init; }

    /// <summary>How long an image stays after its last use: <c>720h</c>.</summary>
    public string? KeepFor { get; init; }

    /// <summary>Least that is to stay free on the file system: <c>5GB</c>.</summary>
    public string? MinFree { get; init; }
}

/// <summary>Reader of <see cref="ConfigurationFile"/>.</summary>
[TomlSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.KebabCaseLower)]
[TomlSerializable(typeof(ConfigurationFile))]
internal sealed partial class ConfigurationToml : TomlSerializerContext;
