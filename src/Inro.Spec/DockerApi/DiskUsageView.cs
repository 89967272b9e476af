namespace Inro.Spec.DockerApi;

/// <summary>What is on the disk. Source: Docker Engine API 1.51, SystemDataUsageResponse.</summary>
public sealed record DiskUsageView
{
#pragma warning disable CS1591 // the names are the API's: its reference explains them
    public required long LayersSize { get; init; }
    public required IReadOnlyList<ImageListEntry> Images { get; init; }
    public required IReadOnlyList<ContainerListEntry> Containers { get; init; }
    public required IReadOnlyList<UsedVolumeView> Volumes { get; init; }
    public IReadOnlyList<NoFields> BuildCache { get; init; } = [];
#pragma warning restore CS1591
}

/// <summary>A volume with what it takes.</summary>
public sealed record UsedVolumeView
{
#pragma warning disable CS1591 // the names are the API's: its reference explains them
    public required string Name { get; init; }
    public required string Driver { get; init; }
    public required string Mountpoint { get; init; }
    public required string CreatedAt { get; init; }
    public required IReadOnlyDictionary<string, string>? Labels { get; init; }
    public required string Scope { get; init; }
    public required IReadOnlyDictionary<string, string>? Options { get; init; }
    public required VolumeUsageView UsageData { get; init; }
#pragma warning restore CS1591
}

/// <summary>What a volume takes: bytes, and how many containers use it.</summary>
public sealed record VolumeUsageView(long Size, long RefCount);
