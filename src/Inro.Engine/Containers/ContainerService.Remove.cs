using Inro.Engine.Shim;
using Inro.Engine.Storage;
using Inro.Linux.Files;

namespace Inro.Engine.Containers;

/// <content>Removing a container.</content>
public sealed partial class ContainerService
{
    /// <summary>How often a removal by force ends a container that somebody starts again in between.</summary>
    private const int ForcedAttempts = 20;

    /// <summary>Removes a container and all that it alone has.</summary>
    /// <exception cref="EngineException">Conflict: it runs and <see cref="RemoveOptions.Force"/> was not given. NotFound: it is gone.</exception>
    public void Remove(string id, RemoveOptions options)
    {
        for (int left = options.Force ? ForcedAttempts : 1; ; left--)
        {
            EndToRemove(id, options.Force);
            using FileLock held = Lock(id);
            ContainerRecord? now = store.Read(() => table.Find(id));
            if (now is not null && (IsRunning(now.State) || now.State == ContainerState.Starting)) // a person or a health check has started it meanwhile
            {
                journal.Leave(id);
                if (left > 1) { continue; }

                throw StillRunning(now);
            }

            if (now is not null) { RemoveEnded(now, options.Volumes); }

            journal.Leave(id);
            events.Ring();
            return;
        }
    }

    /// <summary>Ends what runs, where that is wanted.</summary>
    private void EndToRemove(string id, bool isForced)
    {
        ContainerRecord record = isForced ? ReconcileIfPossible(Settled(id)) : Reconcile(Settled(id));
        RequireNotRequired(record);
        if (IsRunning(record.State))
        {
            if (!isForced && record.State != ContainerState.Initialized) { throw StillRunning(record); }

            _ = MarkStopped(ref record);
        }

        if (!IsRunning(record.State)) { return; }

        ExitRecord exit = End(record, SignalKill, KillDeadline) ?? throw Stuck(record);
        Exited(id, ToExit(exit), record.StartedNanoseconds); // with --rm this removes it, too
    }

    private void RemoveEnded(ContainerRecord record, bool volumes)
    {
        store.Write(() => table.SetState(record.Id, ContainerState.Removing, Boot));
        reached("remove: intent committed");
        Erase(record, volumes, die: null);
    }

    /// <summary>The record after whoever is at work on the container has finished, or, if it was killed, after what it left was put right.</summary>
    private ContainerRecord Settled(string id)
    {
        ContainerRecord record = Get(id);
        if (!IsUnfinished(record.State)) { return record; }

        using FileLock held = Lock(id);
        try { return Finished(Get(id), held); }
        finally { journal.Leave(id); }
    }

    /// <summary>Ends the life of a container with <c>--rm</c>: one transaction, after its files are gone.</summary>
    /// <remarks>Killed in between, the row says running, no shim watches and the journal has an entry: repair comes here again.</remarks>
    private void Vanish(ContainerRecord record, ContainerExit exit) => Erase(record, removeAnonymous: true, exit);

    private void Erase(ContainerRecord record, bool removeAnonymous, ContainerExit? die)
    {
        IReadOnlyList<string> anonymous = removeAnonymous && record.Mounts.Count > 0 ? volumes.AnonymousOf(record.Id) : [];
        UnmountVolumes(record);
        RemoveFiles(record, anonymous);
        store.Write(() =>
        {
            if (die is not null)
            {
                AddDie(record, die);
                AddVolumeEvents(record, isMounted: false);
            }

            volumes.Release(record.Id, removeAnonymous, events);
            table.Delete(record.Id);
            AddEvent(record, "destroy");
        });
        reached("remove: committed");
    }

    /// <summary>Takes back a container whose making failed: nothing is left of it and no event tells of it.</summary>
    private void Abandon(ContainerRecord record)
    {
        reached("abandon");
        processes.DestroyCgroup(record);
        UnmountVolumes(record);
        RemoveFiles(record, volumes.AnonymousOf(record.Id));
        store.Write(() =>
        {
            volumes.Release(record.Id, removeAnonymous: true, events);
            table.Delete(record.Id);
        });
        reached("abandon: committed");
        journal.Leave(record.Id);
    }

    /// <summary>Nothing that is missing is an error: repair may come here for the second time.</summary>
    private void RemoveFiles(ContainerRecord record, IReadOnlyList<string> anonymousVolumes)
    {
        files.RemoveRun(record.Id);
        if (MountCounts.IsContainerInUse(paths, record.Id)) { MountCounts.OfContainers(paths).Release(record.Id); }

        reached("remove: run directory gone");
        RemoveLayer(record);
        foreach (string name in anonymousVolumes) { volumes.RemoveFiles(name); }

        reached("remove: volumes gone");
    }

    private void RemoveLayer(ContainerRecord record)
    {
        if (record.Snapshot != 0)
        {
            snapshots.Remove(record.Snapshot);
            if (record.Config.StorageOptions.Count > 0) { Storage.SizeLimit.Forget(paths, record.Snapshot); }
        }

        reached("remove: snapshot gone");
        files.RemoveBundle(record.Id);
        reached("remove: bundle gone");
    }

    private static EngineException StillRunning(ContainerRecord record) => new(
        ErrorCode.Conflict,
        $"cannot remove container \"{record.Name}\": container is {(IsRunning(record.State) ? StateName.Of(record.State) : "running")}: " +
        (record.State == ContainerState.Paused ? "unpause and then stop the container before removing or force remove" : "stop the container before removing or force remove"),
        $"inro rm -f {record.Name}");
}
