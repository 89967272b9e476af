using System.Text.Json.Serialization;

namespace Inro.Spec.DockerApi;

/// <summary>A failure.</summary>
public sealed record ErrorAnswer([property: JsonPropertyName("message")] string Message);

/// <summary>Of a container that was made.</summary>
public sealed record CreateAnswer(string Id, IReadOnlyList<string> Warnings);

/// <summary>Of an exec that was made.</summary>
public sealed record IdAnswer(string Id);

/// <summary>How a container ended.</summary>
public sealed record WaitAnswer(int StatusCode)
{
    /// <summary>Why the status is not known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public WaitProblem? Error { get; init; }
}

/// <summary>A reason.</summary>
public sealed record WaitProblem(string Message);

/// <summary>Processes of a container.</summary>
public sealed record TopAnswer(IReadOnlyList<IReadOnlyList<string>> Processes, IReadOnlyList<string> Titles);

/// <summary>What is at a path of a container; <paramref name="Mode"/> has Go's bits (os.FileMode), not the kernel's.</summary>
public sealed record PathStat(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("size")] long Size,
    [property: JsonPropertyName("mode")] uint Mode,
    [property: JsonPropertyName("mtime")] string Modified,
    [property: JsonPropertyName("linkTarget")] string LinkTarget);

/// <summary>One path that a container has changed: 0 modified, 1 added, 2 deleted.</summary>
public sealed record ChangeAnswer(string Path, int Kind);

/// <summary>What a prune has removed.</summary>
public sealed record ContainerPruneAnswer(IReadOnlyList<string> ContainersDeleted, long SpaceReclaimed);
