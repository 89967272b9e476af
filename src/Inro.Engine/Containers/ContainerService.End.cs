using System.Diagnostics;
using System.Globalization;
using Inro.Engine.Shim;
using Inro.Linux.Files;

namespace Inro.Engine.Containers;

/// <content>Ending a container, and writing down that it has ended.</content>
public sealed partial class ContainerService
{
    private const int SignalKill = 9;
    private const int DefaultGraceSeconds = 10;

    /// <summary>Asks the container to end: its stop signal, then, after the grace, KILL. Returns when it has ended and that is recorded.</summary>
    /// <param name="id">Full id.</param>
    /// <param name="signal">Null: the container's own.</param>
    /// <param name="grace">Null: the container's own; negative: without end.</param>
    /// <exception cref="EngineException">NotModified: it does not run.</exception>
    /// <returns>What a person should know, or null.</returns>
    public string? Stop(string id, string? signal, TimeSpan? grace)
    {
        ContainerRecord record = RequireProcess(id, ErrorCode.NotModified);
        return MarkStopped(ref record) ? null : EndForStop(record, signal, grace);
    }

    private string? EndForStop(ContainerRecord record, string? signal, TimeSpan? grace)
    {
        int number = record.State == ContainerState.Initialized ? SignalKill : StopSignal(record, signal); // there is no program yet that could be asked
        TimeSpan wait = grace ?? TimeSpan.FromSeconds(record.Config.StopTimeoutSeconds ?? DefaultGraceSeconds);
        string? note = null;
        if (number != SignalKill && wait != TimeSpan.Zero && processes.ReadStatus(paths.RunDirectory(record.Id)) is { } status && processes.IsDeaf(status, number))
        {
            note = $"the first process of {record.Name} does not handle signal {number}, so it was killed at once; give it a handler, or run the container with --init";
            number = SignalKill;
        }

        ExitRecord? exit = End(record, number, wait < TimeSpan.Zero ? null : wait);
        if (exit is null) { exit = End(record, SignalKill, KillDeadline) ?? throw Stuck(record); }

        Exited(record.Id, ToExit(exit), record.StartedNanoseconds, "stop");
        return note;
    }

    /// <summary>Sends a signal to the container's first process.</summary>
    /// <param name="id">Full id.</param>
    /// <param name="signal">Name with or without SIG, or a number.</param>
    /// <exception cref="EngineException">Conflict: it does not run.</exception>
    public void Kill(string id, string signal)
    {
        int number = SignalName.Parse(signal);
        ContainerRecord record = RequireProcess(id, ErrorCode.Conflict);
        bool isToEnd = number == SignalKill || number == StopSignal(record, signal: null);
        if (isToEnd && MarkStopped(ref record)) { return; }

        if (number != SignalKill)
        {
            if (!processes.Signal(paths.RunDirectory(id), number)) { throw NotRunning(record, ErrorCode.Conflict); }

            NoteKill(record, number);
            return;
        }

        ExitRecord exit = End(record, number, KillDeadline) ?? throw Stuck(record);
        Exited(id, ToExit(exit), record.StartedNanoseconds);
    }

    /// <summary>Waits until the container does not run, and returns how it ended; null when the deadline passed first.</summary>
    /// <remarks>One that its policy starts again has not ended.</remarks>
    public ContainerExit? Wait(string id, TimeSpan? deadline)
    {
        long begun = Stopwatch.GetTimestamp();
        for (; ; )
        {
            ContainerRecord record = Reconcile(Get(id));
            bool isInTurn = record is { State: ContainerState.Starting, RestartDelayNanoseconds: > 0 };
            if (isInTurn) { RepairIfFree(id); } // whoever starts it may have been killed
            else if (!IsRunning(record.State)) { return new ContainerExit(record.ExitCode, record.FinishedNanoseconds, record.OomKilled); }

            TimeSpan? left = deadline - Stopwatch.GetElapsedTime(begun);
            ExitRecord? exit = record.State == ContainerState.Restarting || isInTurn ? null : processes.WaitForExit(paths.RunDirectory(id), left);
            if (exit is not null && RestartPolicies.KindOf(record.Config.Restart) == RestartKind.No) { return ToExit(exit); }

            if (left <= TimeSpan.Zero) { return null; }

            Pause(BetweenLooks);
        }
    }

    /// <summary>Commits the end of a container: its row, its event, and its removal where that was asked. Idempotent, whoever calls first.</summary>
    /// <param name="id">Full id. One that is gone is no error: the end was recorded and the container removed.</param>
    /// <param name="exit">How it ended.</param>
    /// <param name="startedAt">Which run ended: when it was started, nanoseconds since 1970. Null: the last one, unless a shim watches it still.</param>
    public void Exited(string id, ContainerExit exit, long? startedAt = null) => Exited(id, exit, startedAt, furtherEvent: null);

    /// <summary>The same for a client that its shim told of the end before it gave anything back: both clear up side by side.</summary>
    /// <param name="shim">The connection that told of the end.</param>
    /// <exception cref="EngineException">The shim does not get on; nothing is written down.</exception>
    /// <param name="takesTurn">The client starts it again, with its own streams, where the policy says so.</param>
    /// <returns>That turn, where it came; the caller disposes it.</returns>
    public RestartTurn? Exited(string id, ContainerExit exit, ShimClient shim, bool takesTurn = false)
    {
        reached("exited: noticed");
        RestartTurn? turn = takesTurn ? TryTakeTurn(id) : null;
        long? startedAt = shim.Started?.StartedAtNanoseconds;
        using FileLock held = Lock(id);
        ContainerRecord? record = Ended(id, startedAt);
        if (record is { Vanishes: true }) { RemoveLayer(record); }

        if (!shim.AwaitGivenBack() && record is not null) { GiveBack(record); }

        reached("exited: given back");
        WriteEnd(id, exit, startedAt, furtherEvent: null);
        if (turn is null || IsRestarting(id)) { return turn; }

        turn.Dispose();
        return null;
    }

    /// <summary>The same from what the shim wrote; called by the command that a shim without a client runs.</summary>
    public void Exited(string id)
    {
        using FileLock held = Lock(id);
        ShimStatus? status = processes.ReadStatus(paths.RunDirectory(id));
        if (status is { State: not ShimState.Running }) { WriteEnd(id, ToExit(status), status.StartedAtNanoseconds, furtherEvent: null); }
        else { journal.Leave(id); } // it was removed, or started again, while this waited for the lock
    }

    /// <summary>How a shim's record of an end is stored.</summary>
    public static ContainerExit ToExit(ExitRecord exit) => new(exit.ExitCode, exit.FinishedAtNanoseconds, exit.OutOfMemory);

    private static ContainerExit ToExit(ShimStatus status) => new(status.ExitCode, status.FinishedAtNanoseconds, status.OutOfMemory);

    private void Exited(string id, ContainerExit exit, long? startedAt, string? furtherEvent)
    {
        reached("exited: noticed");
        using FileLock held = Lock(id);
        WriteEnd(id, exit, startedAt, furtherEvent);
    }

    // A client can be late: the container may have been started again meanwhile, and the end that it knows is of an earlier run.
    private ContainerRecord? Ended(string id, long? startedAt)
    {
        ContainerRecord? record = store.Read(() => table.Find(id));
        if (record is { State: ContainerState.Creating or ContainerState.Starting }) { record = FinishStart(record) ?? record; } // who started it was killed

        if (record is not { State: ContainerState.Running or ContainerState.Paused or ContainerState.Initialized }) { return null; } // one that waits for its next start has been written down

        bool isOfThisRun = startedAt is { } run ? record.StartedNanoseconds == run : !processes.IsWatched(paths.RunDirectory(id));
        return isOfThisRun ? record : null;
    }

    private void WriteEnd(string id, ContainerExit exit, long? startedAt, string? furtherEvent)
    {
        if (Ended(id, startedAt) is { } record)
        {
            if (record.Vanishes) { Vanish(record, exit); }
            else { CommitExit(record, exit, furtherEvent); }
        }

        journal.Leave(id);
        events.Ring();
    }

    /// <summary>What a shim gives back, where it was killed before it could.</summary>
    private void GiveBack(ContainerRecord record)
    {
        processes.DestroyCgroup(record);
        files.RemoveRuntimeState(record.Id);
    }

    private void CommitExit(ContainerRecord record, ContainerExit exit, string? furtherEvent)
    {
        TimeSpan? again = record.BootId == Boot && record.State != ContainerState.Initialized ? RestartPolicies.DelayAfter(record, exit) : null; // what a shutdown ended comes back with `autostart`
        store.Write(() =>
        {
            table.SetExited(record.Id, exit);
            if (again is { } delay) { table.SetRestarting(record.Id, delay); }

            AddDie(record, exit);
            AddVolumeEvents(record, isMounted: false);
            if (furtherEvent is not null) { AddEvent(record, furtherEvent); }
        });
        reached("exited: committed");
        UnmountVolumes(record);
        if (again is not null) { processes.StartRestarter(paths.Root, record.Id); }
    }

    private int StopSignal(ContainerRecord record, string? signal) => SignalName.Parse(signal ?? record.Config.StopSignal ?? ImageStopSignal(record) ?? "TERM");

    private void AddDie(ContainerRecord record, ContainerExit exit) =>
        AddEvent(record, "die", exit.ExitCode?.ToString(CultureInfo.InvariantCulture) ?? "unknown");

    /// <summary>Signals, notes it, and waits.</summary>
    private ExitRecord? End(ContainerRecord record, int signal, TimeSpan? wait)
    {
        string run = paths.RunDirectory(record.Id);
        if (!processes.Signal(run, signal)) { return EndOfUnwatched(record); }

        NoteKill(record, signal);
        ThawToEnd(record);
        long start = Stopwatch.GetTimestamp();
        ExitRecord? exit = processes.WaitForExit(run, wait);
        bool inTime = wait is null || Stopwatch.GetElapsedTime(start) < wait;
        return exit ?? (inTime ? EndOfUnwatched(record) : null); // the shim went away while this waited
    }

    private ExitRecord EndOfUnwatched(ContainerRecord record)
    {
        using FileLock held = Lock(record.Id);
        if (Ended(record.Id, record.StartedNanoseconds) is null) { return ExitRecord.Unknown(Now); } // another command has written down how

        ShimStatus? status = processes.ReadStatus(paths.RunDirectory(record.Id));
        bool isKnown = status is { State: not ShimState.Running } && status.StartedAtNanoseconds == record.StartedNanoseconds;
        processes.EndSilentShim(paths.RunDirectory(record.Id));
        if (!isKnown && status?.BootId == Boot) { processes.KillFirst(status); }

        GiveBack(record);
        return isKnown ? new ExitRecord(status!.ExitCode, status.Signal, status.OutOfMemory, status.FinishedAtNanoseconds) : ExitRecord.Unknown(Now);
    }

    private void NoteKill(ContainerRecord record, int signal)
    {
        store.Write(() => AddEvent(record, "kill", signal: signal.ToString(CultureInfo.InvariantCulture)));
        events.Ring();
    }

    private string? ImageStopSignal(ContainerRecord record) =>
        images.TryResolve(record.ImageId) is { } image && images.ReadDefaults(image).StopSignal is { Length: > 0 } signal ? signal : null;

    private ContainerRecord RequireRunning(string id, ErrorCode otherwise)
    {
        ContainerRecord record = RequireProcess(id, otherwise);
        return record.State != ContainerState.Initialized ? record : throw NotRunning(record, otherwise);
    }

    /// <summary>One that runs, or whose process is held.</summary>
    private ContainerRecord RequireProcess(string id, ErrorCode otherwise)
    {
        ContainerRecord record = Reconcile(Begun(Get(id)));
        return IsRunning(record.State) ? record : throw NotRunning(record, otherwise);
    }

    /// <summary>A start that is on its way, by a policy or by another command, is over before a person's wish about the container is heard.</summary>
    private ContainerRecord Begun(ContainerRecord record)
    {
        if (record.State != ContainerState.Starting) { return record; }

        using FileLock held = Lock(record.Id);
        try { return Finished(Get(record.Id), held); }
        finally { journal.Leave(record.Id); }
    }

    /// <summary>It has a process, or waits for its next one.</summary>
    private static bool IsRunning(ContainerState state) => state is ContainerState.Running or ContainerState.Paused or ContainerState.Restarting or ContainerState.Initialized;

    private static EngineException NotRunning(ContainerRecord record, ErrorCode code) => new(code, $"container {record.Id} is not running", $"inro start {record.Name}");

    private static EngineException Stuck(ContainerRecord record) => new(
        ErrorCode.DeadlineExceeded,
        $"container {record.Name} was sent KILL and has not ended within {KillDeadline.TotalSeconds} seconds",
        "a process of it is stuck in the kernel (often a network file system): look at /proc/PID/stack, then try again");
}
