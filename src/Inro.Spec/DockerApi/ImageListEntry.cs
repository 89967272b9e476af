namespace Inro.Spec.DockerApi;

/// <summary>One image in a list. Names, order, null and empty are Docker's.</summary>
/// <remarks>Source: Docker Engine API 1.51, ImageSummary.</remarks>
public sealed record ImageListEntry
{
#pragma warning disable CS1591 // the names are the API's: its reference explains them
    public required string Id { get; init; }
    public string ParentId { get; init; } = "";
    public required IReadOnlyList<string> RepoTags { get; init; }
    public required IReadOnlyList<string> RepoDigests { get; init; }
    public required long Created { get; init; }
    public required long Size { get; init; }
    public required long SharedSize { get; init; }
    public required long VirtualSize { get; init; }
    public required IReadOnlyDictionary<string, string>? Labels { get; init; }
    public required long Containers { get; init; }
#pragma warning restore CS1591
}
