using Inro.Linux.Files;

namespace Inro.Engine.Containers;

/// <content>Letting a container stand still, and go on.</content>
public sealed partial class ContainerService
{
    /// <summary>Lets every process of a running container stand still, and returns when all do.</summary>
    /// <param name="id">Full id.</param>
    /// <exception cref="EngineException">Conflict: it does not run, or stands still already. PreconditionFailed: it has no cgroup that can be frozen, or a process does not stop.</exception>
    public void Pause(string id) => Settle(id, ContainerState.Running, record => new(
        ErrorCode.Conflict, $"container {record.Name} is already paused", $"inro unpause {record.Name}"), isPaused: true);

    /// <summary>Lets the processes of a paused container run on.</summary>
    /// <param name="id">Full id.</param>
    /// <exception cref="EngineException">Conflict: it does not run, or is not paused.</exception>
    public void Unpause(string id) => Settle(id, ContainerState.Paused, static record => new(
        ErrorCode.Conflict, $"container {record.Name} is not paused", $"inro pause {record.Name}"), isPaused: false);

    private void Settle(string id, ContainerState from, Func<ContainerRecord, EngineException> already, bool isPaused)
    {
        RequireRunning(id, ErrorCode.Conflict);
        using FileLock held = Lock(id);
        try
        {
            ContainerRecord record = Get(id);
            if (!IsRunning(record.State) || record.State == ContainerState.Initialized) { throw NotRunning(record, ErrorCode.Conflict); }

            if (record.State != from) { throw already(record); }

            processes.SetFrozen(record.CgroupPath, isPaused);
            reached(isPaused ? "pause: frozen" : "unpause: thawed");
            WritePaused(record, isPaused);
        }
        catch (EngineException)
        {
            journal.Leave(id);
            throw;
        }

        journal.Leave(id);
        events.Ring();
    }

    /// <summary>The row says what the kernel says; whoever was killed in between has left it behind.</summary>
    private void SettlePause(ContainerRecord record)
    {
        bool isFrozen = processes.IsFrozen(record.CgroupPath);
        if (record.State == (isFrozen ? ContainerState.Running : ContainerState.Paused)) { WritePaused(record, isFrozen); }
    }

    /// <summary>One that has ended meanwhile stays so.</summary>
    private void WritePaused(ContainerRecord record, bool isPaused)
    {
        (ContainerState from, ContainerState to) = isPaused ? (ContainerState.Running, ContainerState.Paused) : (ContainerState.Paused, ContainerState.Running);
        store.Write(() =>
        {
            if (table.TrySetState(record.Id, from, to)) { AddEvent(record, isPaused ? "pause" : "unpause"); }
        });
        reached("pause: committed");
    }

    /// <summary>A signal that is to end a container reaches a frozen one only when it runs on.</summary>
    private void ThawToEnd(ContainerRecord record)
    {
        if (record.State != ContainerState.Paused) { return; }

        processes.SetFrozen(record.CgroupPath, isFrozen: false);
        WritePaused(record, isPaused: false);
    }
}
