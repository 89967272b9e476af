using Inro.Linux;
using Inro.Linux.Processes;
using Microsoft.Win32.SafeHandles;

namespace Inro.Engine.Shim;

internal sealed partial class ShimServer
{
    /// <summary>A larger definition of a process is refused.</summary>
    private const int MaxProcessBytes = 4 * 1024 * 1024;

    /// <summary>More at once are refused: each takes descriptors of this process, and the list of their ids (64 characters each) fits one message.</summary>
    private const int MaxExecs = 240;

    /// <summary>An exec has ended.</summary>
    public void OnExecExit(ShimExec exec)
    {
        ExitStatus? how = Reap(exec.Process.Process);
        Forget(exec);
        orphans.ReapEnded();
        if (exec.Owner is not { } owner) { return; }

        owner.Exec = null;
        owner.Send(new ShimMessage { Kind = ShimMessageKind.Exit, ExitCode = how?.Code, Signal = SignalOf(how), Time = clock.NowNanoseconds() });
    }

    private void StartExec(ShimConnection connection, ReceivedMessage request)
    {
        ShimMessage message = request.Message;
        if (connection.IsExec) { throw new ShimException(ExitStatuses.RunFailed, "this connection has an exec already"); }

        if (HasEnded) { throw new ShimException(ExitStatuses.VerbFailed, $"container {config.Id} is not running"); }

        if (execs.Count >= MaxExecs) { throw new ShimException(ExitStatuses.RunFailed, $"container {config.Id} runs {MaxExecs} execs already"); }

        using SafeFileHandle definition = request.Take() ?? throw new ShimException(ExitStatuses.RunFailed, "an exec without its definition");
        using SafeFileHandle? stdin = message.Stdin ? request.Take() : null;
        using SafeFileHandle? stdout = message.Stdout ? request.Take() : null;
        using SafeFileHandle? stderr = message.Stderr ? request.Take() : null;
        HostedStdio? stdio = message.Terminal ? null : new HostedStdio(stdin, stdout, stderr);
        HostedProcess started = host.Exec(ShimFiles.ReadAll(definition, MaxProcessBytes), stdio, message.Size);

        var exec = new ShimExec(message.ExecId ?? "", started, connection, this);
        execs.Add(exec);
        loop.Add(exec);
        connection.Exec = exec;
        connection.IsExec = true;
        bool wantsConsole = message.Stdin || message.Stdout;
        if (started.Console is { } console)
        {
            Inro.Linux.Descriptors.Descriptor.SetNonBlocking(console);
            if (!wantsConsole) { KeepConsole(exec); }
        }

        connection.Send(new ShimMessage { Kind = ShimMessageKind.Done, Pid = started.Pid, Stdin = wantsConsole }, wantsConsole ? started.Console : null);
    }

    // A client that left on purpose: the process goes on, somebody must read its terminal.
    private void KeepConsole(ShimExec exec)
    {
        if (exec.Process.Console is not { } console || exec.Drain is not null) { return; }

        exec.Drain = new ConsoleDrain(console);
        loop.Add(exec.Drain);
    }

    // A client that is gone: its terminal hangs up, as a real one does. Its status is of no use to anybody.
    private static void Abandon(ShimExec exec)
    {
        exec.Owner = null;
        if (exec.Drain is null) { exec.Process.Console?.Dispose(); }
    }

    private void Forget(ShimExec exec)
    {
        execs.Remove(exec);
        loop.Remove(exec);
        if (exec.Drain is { } drain) { loop.Remove(drain); }

        exec.Dispose();
    }

    private static ExitStatus? Reap(PidFd child)
    {
        try { return child.Reap(TimeSpan.Zero); }
        catch (LinuxException failure) when (failure.Errno == Errno.ECHILD) { return null; }
    }

    private static int SignalOf(ExitStatus? how) => how is { Kind: not ExitKind.Exited } killed ? killed.Value : 0;
}
