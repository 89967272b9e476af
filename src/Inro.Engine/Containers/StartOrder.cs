namespace Inro.Engine.Containers;

/// <summary>Which of several containers is started first.</summary>
internal static class StartOrder
{
    private const string ComposeService = "com.docker.compose.service";
    private const string ComposeProject = "com.docker.compose.project";
    private const string ComposeNeeds = "com.docker.compose.depends_on";

    /// <summary>Those that others need come before them: by namespaces that are joined, volumes that are taken over, and what compose notes. Else the order is kept.</summary>
    /// <remarks>A circle is broken where it is entered: all are started.</remarks>
    public static IReadOnlyList<ContainerRecord> Of(IReadOnlyList<ContainerRecord> containers)
    {
        List<ContainerRecord> order = [];
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (ContainerRecord container in containers) { Add(container, containers, seen, order); }

        return order;
    }

    /// <summary>Those that need one container, directly or by others; each comes before what it needs.</summary>
    public static IReadOnlyList<ContainerRecord> NeedingFirst(string id, IReadOnlyList<ContainerRecord> all)
    {
        HashSet<string> found = new(StringComparer.Ordinal) { id };
        for (bool grows = true; grows;)
        {
            grows = false;
            foreach (ContainerRecord container in all)
            {
                if (!found.Contains(container.Id) && all.Any(other => found.Contains(other.Id) && Needs(container, other))) { grows = found.Add(container.Id); }
            }
        }

        return [.. Of([.. all.Where(c => found.Contains(c.Id))]).Where(c => c.Id != id).Reverse()];
    }

    private static void Add(ContainerRecord container, IReadOnlyList<ContainerRecord> all, HashSet<string> seen, List<ContainerRecord> order)
    {
        if (!seen.Add(container.Id)) { return; }

        foreach (ContainerRecord other in all)
        {
            if (Needs(container, other)) { Add(other, all, seen, order); }
        }

        order.Add(container);
    }

    private static bool Needs(ContainerRecord container, ContainerRecord other)
    {
        ContainerConfig c = container.Config;
        if (IsJoined(c.NetworkMode, other) || IsJoined(c.IpcMode, other) || IsJoined(c.PidMode, other) || IsJoined(c.UtsMode, other)) { return true; }

        if (c.Requires.Contains(other.Id)) { return true; }

        foreach (string from in c.VolumesFrom)
        {
            if (Names(from.Split(':')[0], other)) { return true; }
        }

        return NeedsService(c, other.Config);
    }

    // service:condition:restart, separated by commas
    private static bool NeedsService(ContainerConfig c, ContainerConfig other)
    {
        if (!c.Labels.TryGetValue(ComposeNeeds, out string? needs) || !other.Labels.TryGetValue(ComposeService, out string? service)) { return false; }

        if (c.Labels.GetValueOrDefault(ComposeProject) != other.Labels.GetValueOrDefault(ComposeProject)) { return false; }

        foreach (string need in needs.Split(','))
        {
            if (need.Split(':')[0] == service) { return true; }
        }

        return false;
    }

    private static bool IsJoined(string? mode, ContainerRecord other) => JoinedContainer.Named(mode) is { } name && Names(name, other);

    private static bool Names(string typed, ContainerRecord other) =>
        typed == other.Name || (typed.Length > 0 && other.Id.StartsWith(typed, StringComparison.Ordinal));
}
