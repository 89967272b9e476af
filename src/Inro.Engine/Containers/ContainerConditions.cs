using Inro.Engine.Health;
using Inro.Engine.Images;

namespace Inro.Engine.Containers;

/// <summary>Decides which containers a list shows. Values of one name are alternatives; different names must all hold; labels all hold.</summary>
internal sealed class ContainerConditions
{
    private readonly List<List<Func<ContainerSummary, bool>>> groups = [];

    public ContainerConditions(ContainerFilter filter, Func<string, ContainerRecord?> find, ImageService images)
    {
        foreach (IGrouping<string, KeyValuePair<string, string>> group in filter.Conditions.GroupBy(c => c.Key, StringComparer.Ordinal))
        {
            if (group.Key == "label")
            {
                groups.AddRange(group.Select(c => new List<Func<ContainerSummary, bool>> { Label(c.Value) }));
            }
            else
            {
                groups.Add([.. group.Select(c => One(c.Key, c.Value, find, images))]);
            }
        }
    }

    /// <summary>Docker shows stopped ones, too, when a condition speaks of them.</summary>
    public static bool WantsAll(ContainerFilter filter) => filter.Conditions.Any(c => c.Key is "status" or "exited");

    public bool Match(ContainerSummary container) => groups.TrueForAll(g => g.Exists(c => c(container)));

    private static Func<ContainerSummary, bool> One(string name, string value, Func<string, ContainerRecord?> find, ImageService images)
    {
        switch (name)
        {
            case "id": return c => c.Id.StartsWith(value, StringComparison.Ordinal);
            case "name": return c => c.Name.Contains(value.TrimStart('^', '/').TrimEnd('$'), StringComparison.Ordinal) && AnchorsHold(value, c.Name);
            case "status": return Status(value);
            case "exited": return Exited(value);
            case "ancestor": return Ancestor(value, images);
            case "before":
                long older = CreationOf(value, find);
                return c => c.CreatedNanoseconds < older;
            case "since":
                long newer = CreationOf(value, find);
                return c => c.CreatedNanoseconds > newer;
            case "volume": return c => c.Mounts.Split(',').Contains(value, StringComparer.Ordinal);
            case "network": return c => c.Network == value;
            case "health": return Health(value);
            case "publish" or "expose" or "isolation" or "is-task": return Never;
            default: throw new EngineException(ErrorCode.InvalidArgument, $"invalid filter '{name}'", "known: ancestor, before, exited, health, id, label, name, network, since, status, volume");
        }
    }

    private static bool Never(ContainerSummary container) => false;

    private static bool AnchorsHold(string pattern, string name)
    {
        string core = pattern.TrimStart('^', '/').TrimEnd('$');
        return (!pattern.StartsWith('^') || name.StartsWith(core, StringComparison.Ordinal)) && (!pattern.EndsWith('$') || name.EndsWith(core, StringComparison.Ordinal));
    }

    private static long CreationOf(string value, Func<string, ContainerRecord?> find) =>
        find(value)?.CreatedNanoseconds ?? throw new EngineException(ErrorCode.NotFound, $"No such container: {value}");

    private static Func<ContainerSummary, bool> Status(string value)
    {
        string[] known = ["created", "running", "paused", "restarting", "removing", "exited", "dead"];
        return known.Contains(value, StringComparer.Ordinal)
            ? c => StateName.Of(c.State) == value
            : throw new EngineException(ErrorCode.InvalidArgument, $"invalid filter 'status={value}'", $"one of {string.Join(", ", known)}");
    }

    private static Func<ContainerSummary, bool> Health(string value) => HealthRecordFile.Find(value) is { } state
        ? c => c.Health == state
        : throw new EngineException(ErrorCode.InvalidArgument, $"invalid filter 'health={value}'", "one of starting, healthy, unhealthy, none");

    private static Func<ContainerSummary, bool> Exited(string value) =>
        int.TryParse(value, out int code)
            ? c => c.State == ContainerState.Exited && c.ExitCode == code
            : throw new EngineException(ErrorCode.InvalidArgument, $"invalid filter 'exited={value}'", "give a number");

    private static Func<ContainerSummary, bool> Ancestor(string value, ImageService images)
    {
        string? id = images.TryResolve(value)?.Id;
        return c => c.ImageId == id || c.Image == value;
    }

    private static Func<ContainerSummary, bool> Label(string value)
    {
        int equals = value.IndexOf('=', StringComparison.Ordinal);
        string name = equals < 0 ? value : value[..equals];
        return c => ContainerService.LabelsOf(c).TryGetValue(name, out string? has) && (equals < 0 || has == value[(equals + 1)..]);
    }
}

/// <summary>Docker's words for states, and podman's where docker has none.</summary>
public static class StateName
{
    /// <summary>The word that inspect and filters use.</summary>
    public static string Of(ContainerState state) => state switch
    {
        ContainerState.Running => "running",
        ContainerState.Paused => "paused",
        ContainerState.Restarting => "restarting",
        ContainerState.Exited => "exited",
        ContainerState.Removing => "removing",
        ContainerState.Dead => "dead",
        ContainerState.Initialized => "initialized",
        _ => "created",
    };
}
