using Inro.Linux;
using Inro.Linux.Processes;

namespace Inro.Engine.Shim;

internal sealed partial class ShimServer
{
    private bool isAdopted;
    private bool endIsRecorded;

    /// <summary>Step 10 of a run: the container's first process has ended, and with it everything in its pid namespace.</summary>
    public void OnContainerExit()
    {
        ExitStatus? how = isAdopted ? process!.Process.ExitOfAnother() : Reap(process!.Process); // set before this is watched
        orphans.ReapEnded();
        End(new ShimStatus
        {
            State = how is null && limit is not { HasStruck: true } ? ShimState.Unknown : ShimState.Exited,
            Pid = process.Pid,
            StartTime = process.StartTime,
            BootId = status!.BootId, // written at the start
            ExitCode = limit is { HasStruck: true } ? RunLimit.ExitCode : how?.Code,
            Signal = SignalOf(how) is > 0 and var signal ? signal : null,
        });
    }

    // Nobody watched when it ended: that is all that can be said.
    private void EndUnseen() => End(status! with { State = ShimState.Unknown, IsHeld = false, ExitCode = null, Signal = null }); // read by Adopt

    private void End(ShimStatus last)
    {
        if (end is not null) { loop.Remove(end); }

        EndLaunches();
        PidFiles.Remove(config, last.Pid);
        HostedEnd ended = EndProcesses(); // before the rest of the output is read: processes outside the pid namespace end here
        foreach (OutputPump pump in pumps) { pump.Finish(); }

        log?.EndLines(isPartial: false, clock.NowNanoseconds());
        log?.Finish();
        GiveUpPacking();
        status = last with
        {
            ShimPid = Environment.ProcessId,
            StartedAtNanoseconds = status!.StartedAtNanoseconds, // written at the start
            FinishedAtNanoseconds = clock.NowNanoseconds(),
            OutOfMemory = ended.OutOfMemory,
            LogBytesLost = log?.BytesLost ?? 0,
            Problem = ended.Problem,
        };
        WriteEnd(status); // before anybody is told: who acts on it can rely on it
        TellFollowers();
        bool isEarly = ended.Problem is null; // while a process is left, nobody may take its files away
        if (isEarly) { TellAll(static connection => connection.Commits, ExitMessage() with { GivesBack = true }); } // they clear up beside us

        string? problem = GiveBack();
        if (problem is not null) { WriteEnd(status with { Problem = status.Problem ?? problem }); }

        CloseDoor();
        if (isEarly) { TellAll(static connection => connection.Commits, new ShimMessage { Kind = ShimMessageKind.GivenBack, Problem = problem }); }

        TellAll(connection => !(isEarly && connection.Commits), ExitMessage());
        RecordEnd();
    }

    // Whatever goes wrong in these two, the end itself must be written down.
    private HostedEnd EndProcesses()
    {
        try { return host.End(); }
        catch (Exception failure) { return new HostedEnd(false, failure.Message); }
    }

    private string? GiveBack()
    {
        try { return host.GiveBack(); }
        catch (Exception failure) { return failure.Message; }
    }

    // On a full disk the clients that are there are still told; without one the next command finds that nobody saw the end.
    private void WriteEnd(ShimStatus last)
    {
        status = last;
        try { ShimStatusFile.Write(config.RunDirectory, last); }
        catch (LinuxException failure) { status = last with { Problem = failure.Message }; }
    }

    // From here on a client reads status.json; a container that is started again gets another shim at the same names.
    private void CloseDoor()
    {
        if (listener is not null)
        {
            loop.Remove(listener);
            listener.Dispose();
            listener = null;
        }

        streams?.CloseStdin();
        Unlink();
    }

    private void Unlink()
    {
        ShimListener.Unlink(config.RunDirectory);
        ContainerStreams.Unlink(config.RunDirectory);
    }

    private void TellAll(Predicate<ShimConnection> which, ShimMessage message)
    {
        foreach (ShimConnection connection in connections)
        {
            if (!connection.IsExec && which(connection)) { connection.Send(message); }
        }
    }

    private ShimMessage ExitMessage() => new()
    {
        Kind = ShimMessageKind.Exit,
        ExitCode = status!.ExitCode, // the end was written
        Signal = status.Signal ?? 0,
        OutOfMemory = status.OutOfMemory,
        Time = status.FinishedAtNanoseconds,
    };

    private void RecordEnd()
    {
        if (endIsRecorded || connections.Exists(static connection => connection.Commits)) { return; }

        endIsRecorded = true;
        exitCommand = ExitCommand.TryStart(config.ExitedCommand);
        if (exitCommand is not null) { loop.Add(exitCommand); }
    }

    private bool IsFinished()
    {
        if (!HasEnded) { return false; }

        bool recorded = committed || (endIsRecorded && exitCommand is null or { HasEnded: true });
        return recorded && !AwaitsLaunches && !connections.Exists(static connection => connection.IsOwedOutput);
    }
}
