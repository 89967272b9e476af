using Inro.Engine.Execs;
using Inro.Linux;
using Inro.Linux.Processes;

namespace Inro.Engine.Shim;

internal sealed partial class ShimServer
{
    /// <summary>A larger definition of a process is refused.</summary>
    private const int MaxProcessBytes = 4 * 1024 * 1024;

    /// <summary>More at once are refused: each takes descriptors of this process, and the list of their ids (64 characters each) fits one message.</summary>
    private const int MaxExecs = 240;

    /// <summary>How long a shim stays for launches that do not end although their container has.</summary>
    private const int LaunchEndMilliseconds = 2000;

    /// <summary>A launch takes the status of its processes within milliseconds; one that has not after this time is stuck.</summary>
    private const int StuckMilliseconds = 2000;

    private readonly List<ShimLaunch> launches = [];
    private int endedPid;
    private long endedSince;
    private CancellationTokenSource? endLaunches;
    private long leavesLaunchesAt;

    /// <summary>An exec has ended.</summary>
    public void OnExecExit(ShimExec exec)
    {
        ExitStatus? how = Reap(exec.Process.Process);
        Forget(exec);
        orphans.ReapEnded();
        if (config.ExecDirectory is { } sessions) { ExecExit.TryWrite(sessions, exec.Id, how?.Code); } // before anybody reads the end of its output
        if (exec.Owner is null || !exec.Commits) { RecordExecEnd(exec.Id, how?.Code); }

        if (exec.Owner is not { } owner) { return; }

        owner.Exec = null;
        owner.Send(new ShimMessage { Kind = ShimMessageKind.Exit, ExitCode = how?.Code, Signal = SignalOf(how), Time = clock.NowNanoseconds() });
    }

    /// <summary>A launch is through: the process runs, or could not be started.</summary>
    public void OnLaunched(ShimLaunch launch)
    {
        launches.Remove(launch);
        loop.Remove(launch);
        if (settlesAt != 0) { settlesAt = Environment.TickCount64 + SettledMilliseconds; } // the other thread has not quite gone yet

        using (launch)
        {
            try { launch.OnStarted(launch.Take()); }
            catch (Exception failure) when (failure is ShimException or LinuxException) { launch.OnFailed(failure); }
        }

        orphans.ReapEnded();
    }

    private void StartExec(ShimConnection connection, ReceivedMessage request)
    {
        if (connection.IsExec) { throw new ShimException(ExitStatuses.RunFailed, "this connection has an exec already"); }

        if (HasEnded) { throw NotRunning(); }

        if (execs.Count + launches.Count >= MaxExecs) { throw new ShimException(ExitStatuses.RunFailed, $"container {config.Id} runs {MaxExecs} execs already"); }

        endLaunches ??= new CancellationTokenSource();
        CancellationToken ct = endLaunches.Token;
        bool isKept = config.ExecDirectory is { } sessions && ExecExit.HasSession(sessions, request.Message.ExecId ?? "");
        ExecLaunch launch = ExecLaunch.Start(connection, request, isKept, this, (files, message) =>
        {
            HostedStdio? stdio = message.Terminal ? null : new HostedStdio(files.Stdin, files.Stdout, files.Stderr);
            return host.Exec(ShimFiles.ReadAll(files.Definition, MaxProcessBytes), stdio, message.Size, files.Kept, ct);
        });
        Watch(launch);
        connection.IsExec = true;
    }

    /// <summary>An exec could not be started.</summary>
    public void Refuse(ExecLaunch launch, Exception reason)
    {
        launch.Owner.IsExec = false;
        if (connections.Contains(launch.Owner)) { launch.Owner.Send(Failure(HasEnded ? NotRunning() : reason)); }
    }

    /// <summary>An exec runs.</summary>
    public void Begin(ExecLaunch launch, HostedProcess started)
    {
        ShimMessage message = launch.Request;
        ShimConnection connection = launch.Owner;
        var exec = new ShimExec(message.ExecId ?? "", started, connection, this) { Commits = message.Commits, Outputs = launch.TakeOutputs() };
        execs.Add(exec);
        loop.Add(exec);
        if (started.Console is { } opened) { Inro.Linux.Descriptors.Descriptor.SetNonBlocking(opened); }

        if (!connections.Contains(connection))
        {
            Abandon(exec); // it left meanwhile
            return;
        }

        connection.Exec = exec;
        bool wantsConsole = message.Stdin || message.Stdout;
        if ((!wantsConsole && !message.Stderr) || connection.Detached) { KeepOutput(exec); }

        connection.Send(new ShimMessage { Kind = ShimMessageKind.Done, Pid = started.Pid, Stdin = wantsConsole }, wantsConsole ? started.Console : null);
    }

    private void Watch(ShimLaunch launch)
    {
        launches.Add(launch);
        loop.Add(launch);
    }

    // A client that is gone: the process goes on, somebody must read what it writes.
    private void KeepOutput(ShimExec exec)
    {
        if (exec.Drains.Count > 0) { return; }

        exec.Drains.AddRange([.. exec.Outputs.Select(static output => new OutputDrain(output))]);
        if (exec.Process.Console is { } console) { exec.Drains.Add(new OutputDrain(console)); }

        exec.Drains.ForEach(loop.Add);
    }

    private void RecordExecEnd(string execId, int? code)
    {
        if (config.ExitedCommand is not [var program, _, _, var root, var id]) { return; }

        ExitCommand? command = ExitCommand.TryStart([program, "internal", "exec-end", root, id, execId, code?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? ""]);
        if (command is not null) { loop.Add(command); }
    }

    // A client that is gone: its terminal hangs up, as a real one does. Its status is of no use to anybody. One with a session goes on:
    // whoever started it stood between it and a person, and its status is asked for later.
    private void Abandon(ShimExec exec)
    {
        exec.Owner = null;
        if (config.ExecDirectory is { } sessions && ExecExit.HasSession(sessions, exec.Id)) { KeepOutput(exec); }
        else if (exec.Drains.Count == 0) { exec.Process.Console?.Dispose(); }
    }

    private void Forget(ShimExec exec)
    {
        execs.Remove(exec);
        loop.Remove(exec);
        exec.Drains.ForEach(loop.Remove);

        exec.Dispose();
    }

    // What the container's end leaves of them: a process that was stopped before it was in the container.
    private void EndLaunches()
    {
        endLaunches?.Cancel();
        health?.GiveUp();
        leavesLaunchesAt = Environment.TickCount64 + LaunchEndMilliseconds;
    }

    // Its processes are children of this one too. Of a stuck launch they are taken here: the end of a pid namespace waits until all in it are.
    private bool IsLaunching(int pid)
    {
        if (launches.Count == 0) { return false; }

        if (pid != endedPid) { (endedPid, endedSince) = (pid, Environment.TickCount64); }

        return Environment.TickCount64 - endedSince < StuckMilliseconds;
    }

    private ShimException NotRunning() => new(ExitStatuses.VerbFailed, $"container {config.Id} is not running");

    private bool AwaitsLaunches => launches.Count > 0 && Environment.TickCount64 < leavesLaunchesAt;

    private static ExitStatus? Reap(PidFd child)
    {
        try { return child.Reap(TimeSpan.Zero); }
        catch (LinuxException failure) when (failure.Errno == Errno.ECHILD) { return null; }
    }

    private static int SignalOf(ExitStatus? how) => how is { Kind: not ExitKind.Exited } killed ? killed.Value : 0;
}
