using Inro.Engine.Shim;
using Inro.Linux.Files;

namespace Inro.Engine.Containers;

/// <content>Making all of a container but the first instruction of its program.</content>
public sealed partial class ContainerService
{
    /// <summary>Makes namespaces, mounts, cgroup and process of a container; a start lets the program begin. Its namespaces can be joined, its files looked at.</summary>
    /// <param name="id">Full id.</param>
    /// <returns>What a person should know of it; null: it was initialized already.</returns>
    /// <exception cref="EngineException">Conflict: it runs, or is paused, or being removed. With <see cref="EngineException.CommandStatus"/> 126 or 127 where the command is at fault.</exception>
    public StartedContainer? Initialize(string id)
    {
        ContainerRecord record = Reconcile(Get(id));
        if (record.State == ContainerState.Initialized) { return null; }

        if (IsRunning(record.State)) { throw new EngineException(ErrorCode.Conflict, $"container {record.Name} is {StateName.Of(record.State)} and cannot be initialized", $"inro stop {record.Name}"); }

        return StartNow(id, new Request(Attach: null, Window: null) { Holds = true });
    }

    /// <summary>Lets the program of a held container begin; null: its process is gone, and the record says so now.</summary>
    private StartedContainer? LetGo(ContainerRecord record, FileLock held, Request request)
    {
        if (request.Written is not null || request.Holds) { throw new EngineException(ErrorCode.Conflict, $"container {record.Name} is initialized already", $"inro stop {record.Name}"); }

        Repair(record, held);
        if (Get(record.Id).State != ContainerState.Initialized) { return null; }

        store.Write(() => table.SetStartingAnew(record.Id, Boot));
        reached("let go: intent committed");
        StartedContainer? started;
        try { started = processes.LetGo(paths.RunDirectory(record.Id), request.Attach, request.Window); }
        catch (ShimException failure) { throw NotBegun(record, failure); }

        if (started is null) // its shim was killed this moment
        {
            Repair(Get(record.Id), held);
            return null;
        }

        reached("let go: process runs");
        store.Write(() =>
        {
            table.SetStarted(record.Id, started.Started.BootId, started.Started.Pid, started.Started.StartedAtNanoseconds, isHeld: false);
            AddEvent(record, EventStarted);
        });
        reached("let go: committed");
        journal.Leave(record.Id);
        events.Ring();
        return started;
    }

    /// <summary>The program could not begin: nothing stays of its process.</summary>
    private EngineException NotBegun(ContainerRecord record, ShimException failure)
    {
        string run = paths.RunDirectory(record.Id);
        if (processes.Signal(run, SignalKill)) { processes.WaitForExit(run, KillDeadline); }

        EngineException problem = Problem(record, failure);
        Failed(record, problem, firstEvent: null);
        return problem;
    }
}
