using Inro.Engine.Shim;
using Inro.Linux.Files;
using Inro.Linux.Terminals;

namespace Inro.Engine.Containers;

/// <content>Starting containers again by their policies.</content>
public sealed partial class ContainerService
{
    /// <summary>How often who waits looks whether it still should.</summary>
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(50);

    /// <summary>Whoever has a turn needs no longer: the longest wait and a start.</summary>
    private static readonly TimeSpan TurnDeadline = RestartPolicies.LongestDelay * 2;

    /// <summary>The turn of a container that waits to be started again, as soon as it is free; null: it does not wait any more.</summary>
    /// <param name="id">Full id.</param>
    public RestartTurn? AwaitTurn(string id)
    {
        FileLock? held = journal.TryTakeTurn(id, TurnDeadline);
        return held is null ? null : new RestartTurn(this, id, held);
    }

    /// <summary>Step by step through what should run since the boot: containers whose policy says so, those that others need first.</summary>
    /// <returns>Each with its failure, or null.</returns>
    public IReadOnlyList<(string Name, EngineException? Failure)> StartAtBoot()
    {
        List<ContainerRecord> wanted = [];
        foreach (string id in store.Read(table.ListWithPolicy))
        {
            if (store.Read(() => table.Find(id)) is { } found && found.BootId != Boot && RestartPolicies.StartsAtBoot(found)) { wanted.Add(found); }
        }

        List<(string, EngineException?)> done = [];
        foreach (ContainerRecord record in StartOrder.Of(wanted)) { done.Add((record.Name, TryStart(record.Id))); }

        return done;
    }

    internal StartedContainer? StartInTurn(string id, AttachRequest? attach, WindowSize? window)
    {
        for (; ; )
        {
            ContainerRecord? record = store.Read(() => table.Find(id));
            if (record is not { State: ContainerState.Restarting }) { return null; }

            long left = Math.Min(record.FinishedNanoseconds + record.RestartDelayNanoseconds - Now, record.RestartDelayNanoseconds);
            if (left <= 0) { return StartNow(id, new Request(attach, window) { IsTurn = true }); }

            var wait = TimeSpan.FromTicks((left / TimeSpan.NanosecondsPerTick) + 1);
            Pause(wait < BetweenLooks ? wait : BetweenLooks);
        }
    }

    internal void LeaveTurn(string id) => journal.LeaveTurn(id);

    private RestartTurn? TryTakeTurn(string id) =>
        store.Read(() => table.Find(id)) is { } record && RestartPolicies.KindOf(record.Config.Restart) != RestartKind.No && journal.TryTakeTurn(id, TimeSpan.Zero) is { } held
            ? new RestartTurn(this, id, held)
            : null;

    private bool IsRestarting(string id) => store.Read(() => table.Find(id)) is { State: ContainerState.Restarting };

    /// <summary>Notes that a person wants its end, so that no policy starts it again. True: it waited to be started again, and has ended with that.</summary>
    /// <param name="record">Afterwards as it is then: while this waited for the lock the next run may have begun.</param>
    private bool MarkStopped(ref ContainerRecord record)
    {
        if (RestartPolicies.KindOf(record.Config.Restart) == RestartKind.No) { return false; }

        string id = record.Id;
        using FileLock held = Lock(id);
        bool waited = store.Write(() =>
        {
            table.SetStopped(id);
            return table.TrySetState(id, ContainerState.Restarting, ContainerState.Exited);
        });
        record = store.Read(() => table.Find(id)) ?? record;
        journal.Leave(id);
        reached("stop: marked");
        return waited;
    }

    /// <summary>Somebody waits for its start: who was killed is replaced. What waited when the host went down is for <see cref="StartAtBoot"/>.</summary>
    private void SettleTurn(ContainerRecord record)
    {
        if (record.BootId != Boot) { store.Write(() => table.TrySetState(record.Id, ContainerState.Restarting, ContainerState.Exited)); }
        else if (!journal.HasTurn(record.Id)) { processes.StartRestarter(paths.Root, record.Id); }
    }

    private EngineException? TryStart(string id)
    {
        try
        {
            Start(id).Connection?.Dispose();
            return null;
        }
        catch (EngineException failure) { return failure.Code == ErrorCode.NotModified ? null : failure; }
    }

    private static void Pause(TimeSpan time)
    {
        using var pause = new ManualResetEventSlim();
        pause.Wait(time);
    }
}
