using Inro.Engine.Shim;
using Inro.Linux.Files;

namespace Inro.Engine.Containers;

/// <content>What killed commands, killed shims and reboots leave is put right by the next command.</content>
public sealed partial class ContainerService
{
    /// <summary>Looks for signs of a killed command or a reboot and puts right what they left. Without a sign: two small reads.</summary>
    public void Repair()
    {
        if (!journal.IsBootKnown(Boot))
        {
            foreach ((string id, ContainerState state, string boot) in store.Read(table.ListActive))
            {
                if (boot != Boot || IsUnfinished(state)) { RepairIfFree(id); }
            }

            NoteBoot();
        }

        foreach (string id in journal.List()) { RepairIfFree(id); }

        ThawLeft();
    }

    private void NoteBoot()
    {
        try { journal.NoteBoot(Boot); }
        catch (IOException full) when (FullDisk.Is(full)) { /* the next command looks again */ }
    }

    /// <summary>The same for one container, unless another command is at work on it.</summary>
    private void RepairIfFree(string id)
    {
        try
        {
            using FileLock? held = journal.TryEnter(id, TimeSpan.Zero);
            if (held is null) { return; }

            if (store.Read(() => table.Find(id)) is { } record) { Repair(record, held); }

            journal.Leave(id);
        }
        catch (EngineException full) when (full.Code == ErrorCode.ResourceExhausted)
        {
            // The sign stays, so a later command tries again; this one may be the one that makes room.
        }
        catch (Exception damaged) when (damaged is ShimException or IOException or UnauthorizedAccessException)
        {
            // One container that cannot be put right must not stop the commands for all others. Those about itself say what is wrong.
        }
    }

    private void Repair(ContainerRecord record, FileLock held)
    {
        reached("repair");
        switch (record.State)
        {
            case ContainerState.Creating or ContainerState.Starting when FinishStart(record) is { } started:
                RepairRunning(started, held);
                break;
            case ContainerState.Creating:
                Abandon(record);
                break;
            case ContainerState.Starting:
                TakeBackStart(record);
                break;
            case ContainerState.Removing:
                processes.DestroyCgroup(record);
                Erase(record, record.Config.AutoRemove, die: null);
                break;
            case ContainerState.Restarting:
                SettleTurn(record);
                break;
            case ContainerState.Running or ContainerState.Paused or ContainerState.Initialized:
                RepairRunning(record, held);
                break;
            default:
                UnmountVolumes(record); // the kill came after the last commit, or before the first
                break;
        }
    }

    /// <summary>The start of a killed command that its shim saw through: the container runs, or ran, as if the command had lived. Null: it did not get so far.</summary>
    private ContainerRecord? FinishStart(ContainerRecord record)
    {
        ShimStatus? status = processes.ReadStatus(paths.RunDirectory(record.Id));
        bool isOfThisStart = status?.BootId == Boot && (status.IsHeld || status.StartedAtNanoseconds != record.StartedNanoseconds); // else an earlier start's
        if (!isOfThisStart) { return null; }

        store.Write(() =>
        {
            if (record.State == ContainerState.Creating) { AddEvent(record, "create"); }

            bool isNew = status!.StartedAtNanoseconds != record.StartedNanoseconds; // not null: its boot is this one
            table.SetStarted(record.Id, status.BootId, status.Pid, status.StartedAtNanoseconds, status.IsHeld);
            if (isNew) { AddEvent(record, status.IsHeld ? EventInitialized : EventStarted); }
        });
        reached("repair: start finished");
        return Get(record.Id);
    }

    /// <summary>Under its lock: a record in the midst of something was left by a killed command, and is put right first.</summary>
    private ContainerRecord Finished(ContainerRecord record, FileLock held)
    {
        if (!IsUnfinished(record.State)) { return record; }

        Repair(record, held);
        return Get(record.Id);
    }

    private static bool IsUnfinished(ContainerState state) => state is ContainerState.Creating or ContainerState.Starting or ContainerState.Removing;

    /// <summary>Nobody was told that it runs: what there is of the start is taken back.</summary>
    private void TakeBackStart(ContainerRecord record)
    {
        processes.DestroyCgroup(record);
        UnmountVolumes(record);
        files.RemoveRun(record.Id);
        if (record.Config.AutoRemove)
        {
            Erase(record, removeAnonymous: true, die: null);
            return;
        }

        if (record.RestartDelayNanoseconds > 0 && !record.IsStopped) // by its policy, which tries again
        {
            store.Write(() => table.SetState(record.Id, ContainerState.Restarting, record.BootId));
            SettleTurn(record);
            return;
        }

        store.Write(() => table.SetFailed(record.Id, "the command that started it was killed", ExitStatuses.RunFailed));
    }

    /// <summary>It ran: either a shim watches it, or it has ended, or its shim was killed.</summary>
    private void RepairRunning(ContainerRecord record, FileLock held)
    {
        bool isWatched = record.BootId == Boot && processes.IsWatched(paths.RunDirectory(record.Id));
        ContainerExit? exit = isWatched ? null : ExitOfUnwatched(record, held);
        if (exit is null) // it runs, and a shim watches it, perhaps a new one
        {
            SettlePause(record);
            return;
        }

        processes.DestroyCgroup(record);
        files.RemoveRuntimeState(record.Id);
        if (record.Vanishes) { Vanish(record, exit); }
        else { CommitExit(record, exit, furtherEvent: null); }
    }

    private ContainerExit? ExitOfUnwatched(ContainerRecord record, FileLock held)
    {
        string run = paths.RunDirectory(record.Id);
        ShimStatus? status = record.BootId == Boot ? processes.ReadStatus(run) : null;
        if (status is { State: not ShimState.Running } && status.BootId == Boot) { return ToExit(status); }

        bool runs = status is not null && (processes.HasProcesses(record.CgroupPath) || processes.IsAlive(status));
        if (!runs) { return new ContainerExit(null, Now, OomKilled: false); }

        reached("repair: adopt");
        processes.Adopt(paths.Bundle(record.Id), held);
        ShimStatus? found = processes.ReadStatus(run);
        return found is { State: not ShimState.Running } ? ToExit(found) : null;
    }

    /// <summary>The record as it is now: one that should run and that nobody watches is looked after first.</summary>
    private ContainerRecord Reconcile(ContainerRecord record)
    {
        if (!IsRunning(record.State) || IsLookedAfter(record.Id, record.State, record.BootId)) { return record; }

        using FileLock held = Lock(record.Id);
        if (store.Read(() => table.Find(record.Id)) is { } now && IsRunning(now.State)) { Repair(now, held); }

        journal.Leave(record.Id);
        return store.Read(() => table.Find(record.Id)) ?? throw NoSuchContainer(record.Name);
    }

    private bool IsLookedAfter(string id, ContainerState state, string bootId) =>
        bootId == Boot && (state == ContainerState.Restarting ? journal.HasTurn(id) : processes.IsWatched(paths.RunDirectory(id)));

    /// <summary>The same for who removes it in any case: one that no shim can be found for is as good as one without.</summary>
    private ContainerRecord ReconcileIfPossible(ContainerRecord record)
    {
        try { return Reconcile(record); }
        catch (ShimException) { return Get(record.Id); }
    }

    /// <summary>In a list, those that should run and that nobody watches are looked after, unless a command is at it.</summary>
    private void ReconcileLost(List<ContainerSummary> found)
    {
        for (int i = found.Count - 1; i >= 0; i--)
        {
            ContainerSummary row = found[i];
            if (!IsRunning(row.State) || IsLookedAfter(row.Id, row.State, row.BootId)) { continue; }

            RepairIfFree(row.Id);
            if (store.Read(() => table.Find(row.Id)) is not { } now) { found.RemoveAt(i); }
            else { found[i] = row with { State = now.State, ExitCode = now.ExitCode, FinishedNanoseconds = now.FinishedNanoseconds }; }
        }
    }
}
