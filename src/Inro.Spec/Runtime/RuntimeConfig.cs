using System.Globalization;

namespace Inro.Spec.Runtime;

/// <summary>The configuration of one container: <c>config.json</c> of a bundle.</summary>
/// <remarks>Source: OCI runtime-spec 1.0 to 1.3, config.md and config-linux.md. Absent is null or an empty list; unknown fields are ignored.</remarks>
public sealed record RuntimeConfig
{
    /// <summary>Version of the specification that the document follows; any 1.x is accepted.</summary>
    public required string OciVersion { get; init; }

    /// <summary>The container's first process. May be absent until start.</summary>
    public ProcessConfig? Process { get; init; }

    /// <summary>The directory that becomes "/".</summary>
    public RootConfig? Root { get; init; }

    /// <summary>Host name inside; needs a UTS namespace.</summary>
    public string? Hostname { get; init; }

    /// <summary>NIS domain name inside; needs a UTS namespace.</summary>
    public string? Domainname { get; init; }

    /// <summary>Mounts beyond the root, made in this order.</summary>
    public IReadOnlyList<MountConfig> Mounts { get; init; } = [];

    /// <summary>Programs to run at points of the container's life.</summary>
    public HooksConfig? Hooks { get; init; }

    /// <summary>Free metadata; handed on in the state.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = EmptyMap.Instance;

    /// <summary>What only Linux has.</summary>
    public LinuxConfig? Linux { get; init; }
}

/// <summary>The directory that becomes "/".</summary>
public sealed record RootConfig
{
    /// <summary>Absolute, or relative to the bundle.</summary>
    public required string Path { get; init; }

    /// <summary>Whether the root is read-only inside.</summary>
    public bool Readonly { get; init; }
}

/// <summary>One mount.</summary>
/// <remarks>Source: OCI runtime-spec, config.md "Mounts".</remarks>
public sealed record MountConfig
{
    /// <summary>Where it appears inside the container.</summary>
    public required string Destination { get; init; }

    /// <summary>File system type; for a bind mount anything, usually "bind" or "none".</summary>
    public string? Type { get; init; }

    /// <summary>Device, directory or a mere name.</summary>
    public string? Source { get; init; }

    /// <summary>Options as in fstab(5), with the specification's additions.</summary>
    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>Ids for an idmapped mount.</summary>
    public IReadOnlyList<IdMapping> UidMappings { get; init; } = [];

    /// <summary>Group ids for an idmapped mount.</summary>
    public IReadOnlyList<IdMapping> GidMappings { get; init; } = [];
}

/// <summary>A range of ids, inside and outside.</summary>
/// <param name="ContainerId">First id inside.</param>
/// <param name="HostId">First id outside.</param>
/// <param name="Size">How many ids.</param>
public sealed record IdMapping(uint ContainerId, uint HostId, uint Size)
{
    /// <summary>Reads the lines of <c>/proc/PID/uid_map</c>: first id inside, first id outside, how many. See user_namespaces(7).</summary>
    public static IReadOnlyList<IdMapping> ReadMap(string text)
    {
        List<IdMapping> read = [];
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 3 && TryNumber(words[0], out uint inside) && TryNumber(words[1], out uint outside) && TryNumber(words[2], out uint size))
            {
                read.Add(new IdMapping(inside, outside, size));
            }
        }

        return read;
    }

    private static bool TryNumber(string text, out uint number) => uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}

/// <summary>A map without entries, shared by all that have none.</summary>
internal static class EmptyMap
{
    public static IReadOnlyDictionary<string, string> Instance { get; } = new Dictionary<string, string>(0, StringComparer.Ordinal);
}
