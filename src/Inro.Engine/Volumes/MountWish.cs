namespace Inro.Engine.Volumes;

/// <summary>Everything from which the mounts of a container are found.</summary>
internal sealed record MountWish
{
    /// <summary>As asked.</summary>
    public required IReadOnlyList<MountRequest> Requests { get; init; }

    /// <summary>Places at which the image wants a volume.</summary>
    public IEnumerable<string> ImageVolumes { get; init; } = [];

    /// <summary><c>tmpfs</c>, <c>ignore</c>; null: anonymous volumes.</summary>
    public string? ImageVolumesBecome { get; init; }

    /// <summary>What <c>--volumes-from</c> takes of other containers; what is asked goes before it.</summary>
    public IReadOnlyList<ResolvedMount> OfOthers { get; init; } = [];

    /// <summary><c>--volume-driver</c>: of volumes that <c>-v</c> and the image ask for; empty: local.</summary>
    public string Driver { get; init; } = "";

    /// <summary>The id of the image of a name; throws where there is none.</summary>
    public required Func<string, string> FindImage { get; init; }
}
