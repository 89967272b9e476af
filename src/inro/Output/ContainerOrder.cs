using Inro.Engine.Containers;

namespace Inro.Cli.Output;

/// <summary>The orders of <c>ps --sort</c>: podman's.</summary>
internal static class ContainerOrder
{
    /// <summary>What one can sort by.</summary>
    public static string[] Names => ["command", "created", "id", "image", "names", "runningfor", "size", "status"];

    /// <summary>Sorts.</summary>
    /// <param name="containers">The rows.</param>
    /// <param name="by">One of <see cref="Names"/>.</param>
    /// <param name="sizes">What a container wrote, and that with its image.</param>
    public static IReadOnlyList<ContainerSummary> Sort(IReadOnlyList<ContainerSummary> containers, string by, Func<string, (long Own, long Total)> sizes) => by switch
    {
        "command" => ByText(containers, static c => string.Join(' ', ContainerService.ArgumentsOf(c))),
        "id" => ByText(containers, static c => c.Id),
        "image" => ByText(containers, static c => c.Image),
        "names" => ByText(containers, static c => c.Name),
        "runningfor" => [.. containers.OrderBy(static c => c.StartedNanoseconds)],
        "size" => [.. containers.Select(c => (Row: c, Size: sizes(c.Id).Total)).OrderBy(static p => p.Size).Select(static p => p.Row)],
        "status" => ByText(containers, static c => StateName.Of(c.State)),
        _ => [.. containers.OrderBy(static c => c.CreatedNanoseconds)],
    };

    private static IReadOnlyList<ContainerSummary> ByText(IReadOnlyList<ContainerSummary> containers, Func<ContainerSummary, string> key) => [.. containers.OrderBy(key, StringComparer.Ordinal)];
}
