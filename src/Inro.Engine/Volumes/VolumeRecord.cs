namespace Inro.Engine.Volumes;

/// <summary>A volume's row.</summary>
public sealed record VolumeRecord
{
    /// <summary>The driver that keeps volumes in the instance's own directory.</summary>
    public const string LocalDriver = "local";

    /// <summary>Docker's mark on volumes that nobody named.</summary>
    public const string AnonymousLabel = "com.docker.volume.anonymous";

    /// <summary>Its name: unique among all drivers.</summary>
    public required string Name { get; init; }

    /// <summary><see cref="LocalDriver"/> or a plug-in's name.</summary>
    public string Driver { get; init; } = LocalDriver;

    /// <summary>Nanoseconds since 1970.</summary>
    public long CreatedNanoseconds { get; init; }

    /// <summary>How it came to its name.</summary>
    public VolumeNaming Naming { get; init; }

    /// <summary>Labels, as asked.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = System.Collections.ObjectModel.ReadOnlyDictionary<string, string>.Empty;

    /// <summary>Options of its driver, as asked.</summary>
    public IReadOnlyDictionary<string, string> Options { get; init; } = System.Collections.ObjectModel.ReadOnlyDictionary<string, string>.Empty;

    /// <summary>Who owns its directory; null: root, or whom the image says.</summary>
    public uint? UserId { get; init; }

    /// <summary>The group of its directory; null: as for <see cref="UserId"/>.</summary>
    public uint? GroupId { get; init; }

    /// <summary>Whether it is in the instance's own directory.</summary>
    public bool IsLocal => Driver == LocalDriver;

    /// <summary>Whether somebody must mount it before it can be used: a plug-in, or we with mount(8)'s options.</summary>
    public bool NeedsMount => !IsLocal || Options.ContainsKey("type");

    /// <summary>Its labels with the mark of those without a name, as docker shows them.</summary>
    public IReadOnlyDictionary<string, string> ShownLabels => Naming == VolumeNaming.Named
        ? Labels
        : new Dictionary<string, string>(Labels, StringComparer.Ordinal) { [AnonymousLabel] = "" };
}

/// <summary>How a volume came to its name.</summary>
public enum VolumeNaming
{
    /// <summary>Somebody chose it.</summary>
    Named,

    /// <summary>A container made it: it goes with the container where that is asked.</summary>
    OfContainer,

    /// <summary><c>volume create</c> made it without being told a name.</summary>
    Unnamed,
}

/// <summary>What is asked of a new volume.</summary>
public sealed record VolumeRequest
{
    /// <summary>Its name; empty: one is made.</summary>
    public string Name { get; init; } = "";

    /// <summary>Its driver; empty: local.</summary>
    public string Driver { get; init; } = "";

    /// <summary>Labels.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = System.Collections.ObjectModel.ReadOnlyDictionary<string, string>.Empty;

    /// <summary>Options of the driver.</summary>
    public IReadOnlyDictionary<string, string> Options { get; init; } = System.Collections.ObjectModel.ReadOnlyDictionary<string, string>.Empty;

    /// <summary>Owner of its directory; null: root.</summary>
    public uint? UserId { get; init; }

    /// <summary>Group of its directory; null: root's.</summary>
    public uint? GroupId { get; init; }
}

/// <summary>What a prune has removed.</summary>
/// <param name="Names">Names of volumes.</param>
/// <param name="FreedBytes">Bytes of the disk given back.</param>
public sealed record VolumePruneReport(IReadOnlyList<string> Names, long FreedBytes);
