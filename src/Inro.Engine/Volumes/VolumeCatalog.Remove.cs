using Inro.Engine.Events;
using Inro.Linux.Files;

namespace Inro.Engine.Volumes;

/// <content>Removing volumes.</content>
public sealed partial class VolumeCatalog
{
    /// <summary>Removes a volume and its content.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="isForced">One that is not there, or whose plug-in is gone, is no error.</param>
    /// <exception cref="EngineException">NotFound: no such volume. Conflict: containers use it.</exception>
    public void Remove(string name, bool isForced)
    {
        if (TryFind(name) is not { } volume)
        {
            if (isForced) { return; }

            throw NoSuchVolume(name);
        }

        Remove(volume, isForced, () => throw InUse(name, store.Read(() => table.UsersOf(name))));
        events.Ring();
    }

    /// <summary>Containers that use a volume, whatever their state.</summary>
    public IReadOnlyList<string> UsersOf(string name) => store.Read(() => table.UsersOf(name));

    /// <summary>Removes volumes that no container uses. One that a container begins to use meanwhile stays.</summary>
    /// <param name="all">Those with a name, too.</param>
    /// <param name="conditions">What they must be like.</param>
    /// <param name="isDryRun">Nothing is removed.</param>
    public VolumePruneReport Prune(bool all, PruneConditions conditions, bool isDryRun)
    {
        List<string> removed = [];
        long freed = 0;
        var disk = new DiskUsage();
        foreach (VolumeRecord volume in List([new("dangling", "true"), new("driver", VolumeRecord.LocalDriver)]))
        {
            bool isWanted = (all || volume.Naming != VolumeNaming.Named) && conditions.Match(volume.CreatedNanoseconds, () => volume.ShownLabels);
            if (!isWanted || mounts.HoldersOf(volume.Name).Count > 0) { continue; }

            long bytes = BytesOf(volume, disk);
            bool isUsed = false;
            if (!isDryRun) { Remove(volume, isForced: false, () => isUsed = true); }

            if (isUsed) { continue; }

            removed.Add(volume.Name);
            freed += bytes;
        }

        if (!isDryRun)
        {
            store.Write(() => events.Add(clock.NowNanoseconds(), "volume", "prune", "", EventAttributes.Of("reclaimed", freed.ToString(System.Globalization.CultureInfo.InvariantCulture))));
            events.Ring();
        }

        return new VolumePruneReport(removed, freed);
    }

    private long BytesOf(VolumeRecord volume, DiskUsage disk)
    {
        using DirFd all = DirFd.Open(paths.Volumes);
        return disk.Of(all, volume.Name);
    }

    /// <summary>The row says first that the volume leaves, so that a container that asks for it in the midst of it gets a new one; a kill leaves that row, and the next removal goes on.</summary>
    private void Remove(VolumeRecord volume, bool isForced, Action whenUsed) => VolumeLocks.Hold(paths, volume.Name, () =>
    {
        bool isFree = store.Write(() =>
        {
            if (table.UsersOf(volume.Name).Count > 0) { return false; }

            table.SetLeaving(volume.Name);
            return true;
        });
        if (!isFree)
        {
            whenUsed();
            return;
        }

        try { drivers.Of(volume.Driver).Remove(volume); }
        catch (EngineException failure)
        {
            if (!isForced)
            {
                store.Write(() => table.SetReady(volume.Name));
                throw new EngineException(failure.Code, $"remove {volume.Name}: {failure.Problem}", failure.Remedy, failure);
            }
        }

        store.Write(() =>
        {
            if (table.DeleteLeaving(volume.Name)) { AddEvent(volume, "destroy"); }
        });
        store.Write(() => new VolumeMountTable(store).Delete(ByHand, volume.Name));
    });

    private static EngineException InUse(string name, IReadOnlyList<string> users) =>
        new(ErrorCode.Conflict, $"remove {name}: volume is in use - [{string.Join(", ", users)}]", $"inro rm the containers that use it first, running or not");
}
