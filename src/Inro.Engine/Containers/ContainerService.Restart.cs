using Inro.Engine.Shim;
using Inro.Linux.Files;

namespace Inro.Engine.Containers;

/// <content>Ending a container and starting it again; another name for it.</content>
public sealed partial class ContainerService
{
    /// <summary>Ends a container as <see cref="Stop"/> does, where it runs, and starts it again. One with <c>--rm</c> stays.</summary>
    /// <param name="id">Full id.</param>
    /// <param name="signal">Null: the container's own.</param>
    /// <param name="grace">Null: the container's own; negative: without end.</param>
    /// <exception cref="EngineException">As for <see cref="Stop"/> and <see cref="Start"/>.</exception>
    public StartedContainer Restart(string id, string? signal, TimeSpan? grace)
    {
        ContainerRecord record = Reconcile(Get(id));
        if (IsRunning(record.State) && !MarkStopped(ref record))
        {
            KeepAtEnd(record, isKept: true);
            try { EndForStop(record, signal, grace); }
            catch (EngineException)
            {
                KeepAtEnd(record, isKept: false);
                throw;
            }
        }

        StartedContainer started;
        try { started = Start(id); }
        catch (EngineException already) when (already.Code == ErrorCode.NotModified) { return new StartedContainer(StartedOf(Get(id)), Connection: null); } // another command was faster

        KeepAtEnd(record, isKept: false);
        store.Write(() => AddEvent(record, "restart"));
        events.Ring();
        return started;
    }

    /// <summary>Whoever learns of the end of a container with <c>--rm</c> leaves it there meanwhile. A kill in between leaves one that is not removed by itself.</summary>
    private void KeepAtEnd(ContainerRecord record, bool isKept)
    {
        if (!record.Config.AutoRemove) { return; }

        store.Write(() => table.SetVanishing(record.Id, !isKept));
        reached("restart: kept or not");
    }

    private static StartedRecord StartedOf(ContainerRecord record) => new(record.Pid, StartTime: 0, record.BootId, ShimPid: 0, record.StartedNanoseconds);

    /// <summary>Gives a container another name.</summary>
    /// <param name="id">Full id.</param>
    /// <param name="name">By docker's rules; a slash before it is taken off.</param>
    /// <exception cref="EngineException">InvalidArgument: no name for a container, or the one that it has. AlreadyExists: another one has it.</exception>
    public void Rename(string id, string name)
    {
        string checkedName = ContainerName.Check(name);
        using FileLock held = Lock(id);
        try
        {
            ContainerRecord record = Finished(Get(id), held);
            if (record.Name == checkedName)
            {
                throw new EngineException(ErrorCode.InvalidArgument, "Renaming a container with the same name as its current name", "give another name");
            }

            store.Write(() =>
            {
                _ = FreeName(checkedName);
                table.SetName(id, checkedName);
                AddEvent(record with { Name = checkedName }, "rename", oldName: record.Name);
            });
        }
        finally { journal.Leave(id); }

        events.Ring();
    }
}
