using Inro.Engine.Containers;
using Inro.Engine.Logs;
using Inro.Engine.Shim;

namespace Inro.Engine.Following;

/// <summary>Shows one container's log, and goes on with what comes, over all runs that its policy makes and whatever happens to its shim.</summary>
/// <param name="engine">The instance.</param>
/// <param name="container">The container.</param>
public sealed class LogFollower(EngineSession engine, ContainerRecord container)
{
    /// <summary>Between two looks at a container that writes to nobody's knowledge.</summary>
    public static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(100);

    /// <summary>Longest wait without asking whether the caller still wants it.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Opens a container's log.</summary>
    /// <exception cref="EngineException">NotImplemented: it keeps none.</exception>
    public static LogReader Open(EngineSession engine, ContainerRecord container, LogSelection selection)
    {
        LogSettings settings = LogChoice.Of(container.Config, engine.Paths.Bundle(container.Id));
        return settings.Driver == LogDriver.None
            ? throw new EngineException(ErrorCode.NotImplemented, "configured logging driver does not support reading", "run the container with --log-driver local, json-file or journald")
            : new LogReader(settings, selection);
    }

    /// <summary>What stands before each line with <c>--details</c>.</summary>
    public static string DetailsOf(EngineSession engine, ContainerRecord container) => LogChoice.Details(container, engine.Containers.DefaultsOf(container)) + " ";

    /// <summary>True while more may be written: it runs, or will be started again.</summary>
    public static bool IsAlive(EngineSession engine, string id)
    {
        try { return engine.Containers.Find(id).State is ContainerState.Running or ContainerState.Paused or ContainerState.Restarting or ContainerState.Starting; }
        catch (EngineException gone) when (gone.Code == ErrorCode.NotFound) { return false; }
    }

    /// <summary>Shows what is there, and, where that is asked, what comes.</summary>
    /// <param name="selection">Which records.</param>
    /// <param name="follow">Until the container has ended and is not started again.</param>
    /// <param name="show">Shows all that the logs have now; called again and again.</param>
    /// <param name="ct">Ends it.</param>
    public void Run(LogSelection selection, bool follow, Action<MergedLogs> show, CancellationToken ct)
    {
        // Connected before the first read: what is written in between is then announced, not missed.
        ShimClient? shim = follow ? Connect() : null;
        try
        {
            LogReader reader = Open(engine, container, selection);
            using MergedLogs logs = new([reader]);
            show(logs);
            while (follow && !reader.IsFinished && !ct.IsCancellationRequested)
            {
                if (shim is not null) { FollowUntilItEnds(shim, reader, logs, show, ct); }

                bool wasLost = shim is null || shim.IsLost;
                shim?.Dispose();
                shim = reader.IsFinished ? null : Reconnect(wasLost);
                show(logs); // a new shim has read what waited for one
                if (shim is null && !AwaitsNextRun(ct)) { break; }
            }
        }
        finally { shim?.Dispose(); }
    }

    private static void FollowUntilItEnds(ShimClient shim, LogReader reader, MergedLogs logs, Action<MergedLogs> show, CancellationToken ct)
    {
        for (long seen = 0; !shim.IsFinished && !reader.IsFinished && !ct.IsCancellationRequested;)
        {
            long now = shim.AwaitLog(seen, Patience);
            if (now == seen && !shim.IsFinished) { continue; }

            seen = now;
            show(logs);
        }
    }

    /// <summary>True after a moment where its policy is to start the container again; false: no run follows.</summary>
    private bool AwaitsNextRun(CancellationToken ct) => IsAlive(engine, container.Id) && !ct.WaitHandle.WaitOne(BetweenLooks);

    private ShimClient? Connect() => ShimClient.TryConnect(engine.Paths.RunDirectory(container.Id));

    /// <summary>The shim went away: looking at the container starts another one where the container runs on.</summary>
    private ShimClient? Reconnect(bool wasLost)
    {
        if (!IsAlive(engine, container.Id)) { return null; }

        ShimClient? next = Connect();
        if (next is null || wasLost || !next.IsFinished) { return next; }

        next.Dispose(); // the one that has just ended, still there
        return null;
    }
}
