namespace Inro.Engine.Containers;

/// <content>Containers that others need.</content>
public sealed partial class ContainerService
{
    private const int MaxRequired = 1000;

    /// <summary>Containers that need another one, directly or by others: those that need others of them come first.</summary>
    /// <param name="id">Full id of the one that is needed.</param>
    public IReadOnlyList<ContainerRecord> DependentsOf(string id)
    {
        IReadOnlyList<ContainerRecord> all = [.. List(new ContainerFilter { All = true }).Select(c => store.Read(() => table.Find(c.Id))).OfType<ContainerRecord>()];
        return StartOrder.NeedingFirst(id, all);
    }

    /// <summary>Ids of what is required, which must be there: a container that is made later cannot be among them, so there is no circle.</summary>
    private IReadOnlyList<string> RequiredBy(ContainerConfig config) => config.Requires.Count <= MaxRequired
        ? [.. config.Requires.Select(name => Find(name).Id).Distinct(StringComparer.Ordinal)]
        : throw new EngineException(ErrorCode.InvalidArgument, $"a container requires at most {MaxRequired} others", "name fewer with --requires");

    /// <summary>Starts what is required and does not run.</summary>
    /// <exception cref="EngineException">One cannot be started, or is gone.</exception>
    private void StartRequired(ContainerConfig config)
    {
        foreach (string id in config.Requires)
        {
            ContainerRecord other = Find(id);
            if (IsRunning(other.State) && other.State != ContainerState.Initialized) { continue; }

            try { Start(other.Id).Connection?.Dispose(); }
            catch (EngineException already) when (already.Code == ErrorCode.NotModified) { /* by another command meanwhile */ }
        }
    }

    /// <summary>Refuses the removal of what another container requires.</summary>
    private void RequireNotRequired(ContainerRecord record)
    {
        if (store.Read(() => table.RequiringOf(record.Id)) is { } other)
        {
            throw new EngineException(ErrorCode.Conflict, $"container {record.Id} has dependent containers which must be removed before it: {other}", $"inro rm --depend {record.Name}");
        }
    }
}
