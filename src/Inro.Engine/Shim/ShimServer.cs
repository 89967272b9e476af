using Inro.Engine.Logs;
using Inro.Linux;
using Inro.Linux.Memory;
using Inro.Linux.Terminals;

namespace Inro.Engine.Shim;

/// <summary>One container's shim: its output, its log, its clients, its end. One thread, one poll; only launches of execs have threads of their own.</summary>
/// <remarks>Parts: <c>ShimServer.Start.cs</c>, <c>.Requests.cs</c>, <c>.Exec.cs</c>, <c>.Log.cs</c>, <c>.Health.cs</c>, <c>.Times.cs</c>, <c>.End.cs</c>.</remarks>
internal sealed partial class ShimServer : IDisposable
{
    /// <summary>When a container has lived this long, or its log was compressed so long ago, its shim settles: gives back what only that needed, moves into the shims' cgroup.</summary>
    private const int SettledMilliseconds = 1000;

    private readonly ShimConfig config;
    private readonly IContainerHost host;
    private readonly TimeProvider clock;
    private readonly PollLoop loop = new();
    private readonly LogWriter? log;
    private readonly List<OutputPump> pumps = [];
    private readonly List<ShimConnection> connections = [];
    private readonly List<ShimConnection> dropping = [];
    private readonly List<ShimExec> execs = [];
    private readonly OrphanReaper orphans;
    private ContainerStreams? streams;
    private ContainerEnds? ends;
    private Exception? unprepared;
    private ShimListener? listener;
    private HostedProcess? process;
    private ContainerEnd? end;
    private ShimStatus? status;
    private ExitCommand? exitCommand;
    private ShimCgroup? cgroup;
    private long settlesAt;
    private bool committed;
    private ShimHealth? health;

    /// <summary>Opens the log; nothing is started yet.</summary>
    public ShimServer(ShimConfig config, IContainerHost host, TimeProvider clock)
    {
        this.config = config;
        this.host = host;
        this.clock = clock;
        orphans = new OrphanReaper(pid => IsLaunching(pid) || process?.Pid == pid || health?.Pid == pid || execs.Exists(e => e.Process.Pid == pid));
        loop.Add(orphans);
        if (config.Log.Driver == LogDriver.None) { return; }

        log = new LogWriter(config.Log);
        if (log.Queue is { } queue) { loop.Add(new StoredLines(queue)); }
    }

    private bool HasEnded => status is { State: not ShimState.Running };

    /// <summary>Serves until the container has ended, its end is recorded and every client has its output.</summary>
    /// <param name="mustStop">Asked after each round; true leaves everything as it is. Null: never.</param>
    public void Run(Func<bool>? mustStop = null)
    {
        while (!IsFinished() && mustStop?.Invoke() != true)
        {
            loop.RunOnce(Timeout());
            if (launches.Count > 0) { orphans.ReapEnded(); }

            WriteLog();
            PackLog();
            CheckHealth();
            KeepTime();
            DropNow();
            Settle();
        }

        if (mustStop is null) { cgroup?.Leave(); }
    }

    /// <summary>A new client.</summary>
    public void Accept(ShimChannel channel)
    {
        var connection = new ShimConnection(channel, this);
        connections.Add(connection);
        loop.Add(connection);
    }

    /// <summary>A client is gone, or is not one of ours.</summary>
    public void Drop(ShimConnection connection)
    {
        if (!connections.Remove(connection)) { return; }

        loop.Remove(connection);
        LeaveStreams(connection);
        if (connection.HasStdin && config.StdinOnce && !connection.Detached) { streams?.CloseStdin(); }

        if (connection.Exec is { } exec) { Abandon(exec); }

        connection.Dispose();
        if (HasEnded && !committed) { RecordEnd(); }
    }

    /// <summary>The same after the present round: the caller still uses it.</summary>
    public void DropSoon(ShimConnection connection) => dropping.Add(connection);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (ShimConnection connection in connections) { connection.Dispose(); }

        foreach (ShimExec exec in execs) { exec.Dispose(); }

        endLaunches?.Cancel();
        foreach (ShimLaunch launch in launches) { launch.Dispose(); }

        foreach (OutputPump pump in pumps) { pump.Dispose(); }

        health?.Dispose();
        orphans.Dispose();
        exitCommand?.Dispose();
        listener?.Dispose();
        ends?.Dispose();
        streams?.Dispose();
        process?.Dispose();
        packer?.Dispose();
        log?.Dispose();
        host.Dispose();
    }

    private void DropNow()
    {
        foreach (ShimConnection connection in dropping) { Drop(connection); }

        dropping.Clear();
    }

    private static void LeaveStreams(ShimConnection connection)
    {
        foreach ((OutputPump pump, ClientOutput output) in connection.Outputs) { pump.Detach(output); }

        connection.Outputs.Clear();
    }

    private int Timeout()
    {
        long until = long.MaxValue;
        if (log is { HasUnfinishedLine: true }) { until = unfinishedSince + UnfinishedLineMilliseconds; }

        until = Math.Min(until, packsAt);
        if (listener is { RestsUntil: > 0 and var again }) { until = Math.Min(until, again); }

        if (launches.Count > 0) { until = Math.Min(until, Environment.TickCount64 + StuckMilliseconds); }

        if (AwaitsLaunches) { until = Math.Min(until, leavesLaunchesAt); }

        if (health is not null && !HasEnded) { until = Math.Min(until, health.WakesAt); }

        if (limit is not null && !HasEnded) { until = Math.Min(until, limit.WakesAt); }

        if (settlesAt != 0 && launches.Count == 0) { until = Math.Min(until, settlesAt); }

        return until == long.MaxValue ? -1 : (int)Math.Clamp(until - Environment.TickCount64, 0, int.MaxValue);
    }

    private void Settle()
    {
        if (settlesAt == 0 || launches.Count > 0 || Environment.TickCount64 < settlesAt) { return; }

        settlesAt = 0;
        if (cgroup is null && config.ShimCgroup is { Length: > 1 } path) { cgroup = ShimCgroup.Enter(path); }

        GC.WaitForPendingFinalizers(); // from here on this is the only thread that runs
        MappedFiles.Release(isAlone: log?.Queue is null);
    }

    private void SetSize(WindowSize size, Microsoft.Win32.SafeHandles.SafeFileHandle? console)
    {
        if (console is null) { throw new ShimException(ExitStatuses.RunFailed, "the process has no terminal"); }

        try { Terminal.SetWindowSize(console, size); }
        catch (LinuxException failure) { throw new ShimException(ExitStatuses.RunFailed, failure.Message, inner: failure); }
    }
}
