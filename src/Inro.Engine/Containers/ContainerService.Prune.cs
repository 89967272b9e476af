namespace Inro.Engine.Containers;

/// <summary>What a prune of containers has removed.</summary>
/// <param name="Ids">Full ids.</param>
/// <param name="FreedBytes">Bytes of the disk given back.</param>
public sealed record ContainerPruneReport(IReadOnlyList<string> Ids, long FreedBytes);

/// <content>Removing what does not run.</content>
public sealed partial class ContainerService
{
    /// <summary>Removes containers that do not run. One that somebody starts or removes meanwhile is left to them.</summary>
    /// <param name="conditions">What they must be like.</param>
    public ContainerPruneReport Prune(PruneConditions conditions)
    {
        List<string> removed = [];
        long freed = 0;
        foreach (ContainerSummary row in List(new ContainerFilter { All = true }))
        {
            bool isWanted = row.State is ContainerState.Created or ContainerState.Exited or ContainerState.Dead && conditions.Match(row.CreatedNanoseconds, () => LabelsOf(row));
            if (!isWanted) { continue; }

            try
            {
                long bytes = snapshots.DiskBytes(Get(row.Id).Snapshot);
                Remove(row.Id, new RemoveOptions(Force: false, Volumes: false));
                removed.Add(row.Id);
                freed += bytes;
            }
            catch (EngineException other) when (other.Code is ErrorCode.NotFound or ErrorCode.Conflict) { /* it is somebody else's now */ }
        }

        return new ContainerPruneReport(removed, freed);
    }
}
