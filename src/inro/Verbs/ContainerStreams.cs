using Inro.Cli.Arguments;
using Inro.Engine;
using Inro.Engine.Attach;
using Inro.Engine.Containers;
using Inro.Engine.Shim;
using Inro.Linux.Terminals;
using Microsoft.Win32.SafeHandles;

namespace Inro.Cli.Verbs;

/// <summary>How this terminal, or these pipes, are joined to a container's process.</summary>
internal static class ContainerStreams
{
    private const int SignalStatus = 128;
    private const int ExitStatusOfBrokenPipe = SignalStatus + 13;

    /// <summary>The streams that are wanted of a container.</summary>
    public static AttachRequest Request(ContainerConfig config, bool commits) => new()
    {
        Stdin = config.AttachStdin && config.OpenStdin,
        Stdout = config.AttachStdout,
        Stderr = config.AttachStderr && !config.Tty,
        Commits = commits,
    };

    /// <summary>The size of this terminal, for a process that gets one; null where there is none.</summary>
    public static WindowSize? Size(bool forTerminal)
    {
        if (!forTerminal) { return null; }

        using SafeFileHandle output = new(1, ownsHandle: false);
        return Terminal.IsTerminal(output) ? Terminal.GetWindowSize(output) : null;
    }

    /// <summary>A terminal for the process needs one here, where input is to come from.</summary>
    /// <exception cref="UsageException">Standard input is a file or a pipe.</exception>
    public static void RequireTerminal(bool isAttached, bool tty)
    {
        using SafeFileHandle input = new(0, ownsHandle: false);
        if (isAttached && tty && !Terminal.IsTerminal(input))
        {
            throw new UsageException("the input device is not a TTY", ExitStatus.Failure);
        }
    }

    /// <summary>Copies until the process ends, writes its end down, and returns its exit status as ours; 0 after the detach keys.</summary>
    /// <remarks>What the policy starts again is followed, too: from the first byte of each run to the last.</remarks>
    public static int Follow(Session session, string id, ShimClient connection, ContainerConfig config, bool proxiesSignals)
    {
        RestartTurn? turn = null;
        int status = FollowOnce(session, id, connection, config, proxiesSignals, ref turn);
        while (turn is not null)
        {
            RestartTurn mine = turn;
            turn = null;
            ShimClient? next;
            using (mine) { next = mine.Start(Request(config, commits: true), Size(config.Tty))?.Connection; }

            if (next is null) { break; }

            using (next) { status = FollowOnce(session, id, next, config, proxiesSignals, ref turn); }
        }

        return status;
    }

    private static int FollowOnce(Session session, string id, ShimClient connection, ContainerConfig config, bool proxiesSignals, ref RestartTurn? turn)
    {
        AttachResult result = TerminalSession.Run(connection, Options(config.Tty, config.DetachKeys, proxiesSignals));
        session.Timeline?.Reached("ended");
        switch (result.Outcome)
        {
            case AttachOutcome.Detached: return ExitStatus.Success;
            case AttachOutcome.OutputClosed: return ExitStatusOfBrokenPipe; // `inro run … | head -1`: the container goes on, as with docker
            case AttachOutcome.Interrupted: return SignalStatus + result.Signal;
        }

        if (result.Exit is not { } exit) { throw Lost(id); }

        turn = session.Containers.Exited(id, ContainerService.ToExit(exit), connection, takesTurn: true);
        connection.Committed();
        if (turn is not null) { return exit.ExitCode ?? ExitStatus.Refused; }

        return exit.ExitCode ?? throw Unseen(id);
    }

    /// <summary>The shim went away while this program was joined to it.</summary>
    public static EngineException Lost(string id) => new(
        ErrorCode.Unavailable,
        $"the shim of container {id[..12]} is gone; the container may run on",
        $"inro attach {id[..12]}") { CommandStatus = ExitStatus.Refused };

    /// <summary>The process ended while no shim watched.</summary>
    public static EngineException Unseen(string id) => new(
        ErrorCode.Unavailable,
        $"nobody saw how container {id[..12]} ended, so its exit status is not known",
        $"inro logs {id[..12]}") { CommandStatus = ExitStatus.Refused };

    /// <summary>How the session behaves: keys, signals.</summary>
    public static AttachOptions Options(bool tty, string? keys, bool proxiesSignals) => new()
    {
        Terminal = tty,
        DetachKeys = keys is null ? DetachKeys.Default : DetachKeys.Parse(keys),
        SignalProxy = proxiesSignals,
    };
}
