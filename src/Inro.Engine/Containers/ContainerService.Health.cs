using Inro.Engine.Health;
using Inro.Engine.Shim;

namespace Inro.Engine.Containers;

/// <content>What health checks found, and what follows from it.</content>
public sealed partial class ContainerService
{
    private const string ActionKill = "kill";
    private const string ActionRestart = "restart";
    private const string ActionStop = "stop";

    /// <summary>What may follow when a container becomes unhealthy. See podman-run(1), --health-on-failure.</summary>
    public static IReadOnlyList<string> HealthActions { get; } = ["none", ActionKill, ActionRestart, ActionStop];

    /// <summary>Writes down what the shim of a running container found, tells of it, and does what the container says should follow.</summary>
    public void NoteHealth(string id, HealthState state)
    {
        ContainerRecord? record = store.Read(() => table.Find(id));
        if (record is null || !IsRunning(record.State) || record.Health == state) { return; }

        store.Write(() =>
        {
            table.SetHealth(id, state);
            AddEvent(record, "health_status: " + HealthRecordFile.NameOf(state));
        });
        events.Ring();
        if (state == HealthState.Unhealthy) { FollowUnhealthy(record); }
    }

    /// <summary>Starts a running container again, whose check of the start has failed too often.</summary>
    public void StartAgain(string id)
    {
        if (store.Read(() => table.Find(id)) is { } record && IsRunning(record.State)) { Restart(id, signal: null, grace: null).Connection?.Dispose(); }
    }

    /// <summary>Tests the health of a running container now.</summary>
    /// <returns>0: well; else what the check said.</returns>
    /// <exception cref="EngineException">Conflict: it does not run. InvalidArgument: it has no check.</exception>
    public (int ExitCode, string Output) CheckHealth(string id)
    {
        ContainerRecord record = RequireRunning(id, ErrorCode.Conflict);
        using ShimClient client = ShimClient.TryConnect(paths.RunDirectory(id)) ?? throw NotRunning(record, ErrorCode.Conflict);
        try { return client.CheckHealth(); }
        catch (ShimException failure) { throw new EngineException(ErrorCode.InvalidArgument, failure.Message, failure.Remedy ?? "make the container with --health-cmd", failure); }
    }

    /// <summary>What its shim has found so far; null: nothing is tested.</summary>
    public HealthRecord? HealthOf(ContainerRecord record) => record.Health == HealthState.None ? null : HealthRecordFile.Read(paths.RunDirectory(record.Id));

    // A policy may start one that was killed again: nobody has asked for its end.
    private void FollowUnhealthy(ContainerRecord record)
    {
        switch (record.Config.HealthOnFailure)
        {
            case ActionKill: processes.Signal(paths.RunDirectory(record.Id), SignalKill); break;
            case ActionStop: Stop(record.Id, signal: null, grace: null); break;
            case ActionRestart: Restart(record.Id, signal: null, grace: null).Connection?.Dispose(); break;
            default: break;
        }
    }
}
