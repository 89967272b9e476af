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
                if (boot != Boot || state is ContainerState.Creating or ContainerState.Starting or ContainerState.Removing) { RepairIfFree(id); }
            }

            journal.NoteBoot(Boot);
        }

        foreach (string id in journal.List()) { RepairIfFree(id); }
    }

    /// <summary>The same for one container, unless another command is at work on it.</summary>
    private void RepairIfFree(string id)
    {
        using FileLock? held = journal.TryEnter(id, TimeSpan.Zero);
        if (held is null) { return; }

        if (store.Read(() => table.Find(id)) is { } record) { Repair(record); }

        journal.Leave(id);
    }

    private void Repair(ContainerRecord record)
    {
        reached("repair");
        switch (record.State)
        {
            case ContainerState.Creating:
                Abandon(record);
                break;
            case ContainerState.Starting:
                TakeBackStart(record);
                break;
            case ContainerState.Removing:
                processes.DestroyCgroup(record.CgroupPath);
                Erase(record, record.Config.AutoRemove, die: null);
                break;
            case ContainerState.Running or ContainerState.Paused or ContainerState.Restarting:
                RepairRunning(record);
                break;
            default:
                break; // the kill came after the last commit, or before the first
        }
    }

    /// <summary>Nobody was told that it runs: what there is of the start is taken back.</summary>
    private void TakeBackStart(ContainerRecord record)
    {
        processes.DestroyCgroup(record.CgroupPath);
        files.RemoveRun(record.Id);
        if (record.Config.AutoRemove)
        {
            Erase(record, removeAnonymous: true, die: null);
            return;
        }

        store.Write(() => table.SetFailed(record.Id, "the command that started it was killed", ErrorCodeTable.RunFailed));
    }

    /// <summary>It ran: either a shim watches it, or it has ended, or its shim was killed.</summary>
    private void RepairRunning(ContainerRecord record)
    {
        if (record.BootId == Boot && processes.IsWatched(paths.RunDirectory(record.Id))) { return; }

        ContainerExit? exit = ExitOfUnwatched(record);
        if (exit is null) { return; } // a new shim watches it now

        processes.DestroyCgroup(record.CgroupPath);
        if (record.Config.AutoRemove) { Vanish(record, exit); }
        else { CommitExit(record, exit, furtherEvent: null); }
    }

    private ContainerExit? ExitOfUnwatched(ContainerRecord record)
    {
        string run = paths.RunDirectory(record.Id);
        ShimStatus? status = record.BootId == Boot ? processes.ReadStatus(run) : null;
        if (status is { State: not ShimState.Running } && status.BootId == Boot) { return ToExit(status); }

        if (record.BootId != Boot || !processes.HasProcesses(record.CgroupPath)) { return new ContainerExit(null, Now, OomKilled: false); }

        reached("repair: adopt");
        processes.Adopt(paths.Bundle(record.Id));
        ShimStatus? found = processes.ReadStatus(run);
        return found is { State: not ShimState.Running } ? ToExit(found) : null;
    }

    /// <summary>The record as it is now: one that should run and that nobody watches is looked after first.</summary>
    private ContainerRecord Reconcile(ContainerRecord record)
    {
        if (!IsRunning(record.State) || (record.BootId == Boot && processes.IsWatched(paths.RunDirectory(record.Id)))) { return record; }

        using FileLock held = Lock(record.Id);
        if (store.Read(() => table.Find(record.Id)) is { } now && IsRunning(now.State)) { RepairRunning(now); }

        journal.Leave(record.Id);
        return store.Read(() => table.Find(record.Id)) ?? throw NoSuchContainer(record.Name);
    }

    /// <summary>In a list, those that should run and that nobody watches are looked after, unless a command is at it.</summary>
    private void ReconcileLost(List<ContainerSummary> found)
    {
        for (int i = found.Count - 1; i >= 0; i--)
        {
            ContainerSummary row = found[i];
            if (!IsRunning(row.State) || (row.BootId == Boot && processes.IsWatched(paths.RunDirectory(row.Id)))) { continue; }

            RepairIfFree(row.Id);
            if (store.Read(() => table.Find(row.Id)) is not { } now) { found.RemoveAt(i); }
            else { found[i] = row with { State = now.State, ExitCode = now.ExitCode, FinishedNanoseconds = now.FinishedNanoseconds }; }
        }
    }
}
