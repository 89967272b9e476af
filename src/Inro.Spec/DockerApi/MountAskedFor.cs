namespace Inro.Spec.DockerApi;

/// <summary>A mount with named fields. Source: Docker Engine API 1.51, Mount.</summary>
public sealed record MountAskedFor
{
#pragma warning disable CS1591 // the names are the API's: its reference explains them
    public string? Type { get; init; }
    public string? Source { get; init; }
    public string? Target { get; init; }
    public bool ReadOnly { get; init; }
    public BindOptionsRequest? BindOptions { get; init; }
    public VolumeOptionsRequest? VolumeOptions { get; init; }
    public TmpfsOptionsRequest? TmpfsOptions { get; init; }
    public ImageOptionsRequest? ImageOptions { get; init; }
}

/// <summary>Of a bind.</summary>
public sealed record BindOptionsRequest
{
    public string? Propagation { get; init; }
    public bool NonRecursive { get; init; }
    public bool CreateMountpoint { get; init; }
    public bool ReadOnlyNonRecursive { get; init; }
    public bool ReadOnlyForceRecursive { get; init; }
}

/// <summary>Of a volume.</summary>
public sealed record VolumeOptionsRequest
{
    public bool NoCopy { get; init; }
    public IReadOnlyDictionary<string, string>? Labels { get; init; }
    public VolumeDriverRequest? DriverConfig { get; init; }
    public string? Subpath { get; init; }
}

/// <summary>Who makes a volume, and how.</summary>
public sealed record VolumeDriverRequest
{
    public string? Name { get; init; }
    public IReadOnlyDictionary<string, string>? Options { get; init; }
}

/// <summary>Of memory.</summary>
public sealed record TmpfsOptionsRequest
{
    public long SizeBytes { get; init; }
    public int Mode { get; init; }
    public IReadOnlyList<IReadOnlyList<string>>? Options { get; init; }
}

/// <summary>Of an image.</summary>
public sealed record ImageOptionsRequest
{
    public string? Subpath { get; init; }
#pragma warning restore CS1591
}
