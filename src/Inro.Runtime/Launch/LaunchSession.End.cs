using Inro.Linux;
using Inro.Linux.Processes;

namespace Inro.Runtime.Launch;

internal sealed partial class LaunchSession
{
    /// <summary>A killed process is gone in microseconds; one that hangs in the kernel longer than this is left to its parent.</summary>
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(10);

    /// <summary>End of file: it has become the program, is through, or died without a word.</summary>
    private LaunchedProcess? Conclude()
    {
        if (program.EndsInExec)
        {
            // Null: a hidepid mount hides it; the announcement has to do.
            bool executed = announced && child is not null && (ExecWitness.HasExecuted(childPid) ?? true);
            return executed ? Launched(atGate: false) : throw Died();
        }

        if (!done) { throw Died(); }
        TryReap(child);
        TryReap(stage1);
        child?.Dispose();
        Dispose();
        return null;
    }

    private LaunchedProcess Launched(bool atGate)
    {
        if (child is null)
        {
            child = stage1;
            childPid = stage1Pid;
        }
        else if (stage1 is not null)
        {
            TryReap(stage1);
            stage1.Dispose();
        }

        stage1 = null;
        ulong startTime = ProcessStat.Read(childPid)?.StartTime ?? 0;
        var launched = new LaunchedProcess(this, childPid, child!, startTime, atGate); // not null: Start made at least stage 1
        if (!atGate) { Dispose(); }
        return launched;
    }

    /// <summary>Finds out how the process ended that said nothing.</summary>
    private LaunchException Died()
    {
        ExitStatus? status = TryReap(child ?? stage1);
        LaunchOperation? last = announced ? OperationAt(program.Operations.Count - 1) : null;

        // The walker's exit status is the errno: all that is left to it once a filter forbids sending.
        return status is { Kind: ExitKind.Exited, Value: > 0 and < 134 } failed
            ? End(Failure(last, (Errno)failed.Value, null))
            : End(Failure(last, Errno.None, $"the process ended before it became the program: {status?.ToString() ?? "unknown"}"));
    }

    /// <summary>Ends whatever runs, then takes back what was made outside, last thing first.</summary>
    private LaunchException End(LaunchFailure failure, Exception? cause = null)
    {
        ended = true;
        socket?.Dispose();
        List<string> left = [];
        KillAndReap(child, left);
        KillAndReap(stage1, left);
        if (child is null && stage1 is not null) { EndUnreportedClone(left); }
        child?.Dispose();
        Dispose();
        RunUndo(left);
        return new LaunchException(failure with { NotUndone = left }, cause);
    }

    /// <summary>Stage 1 may have died between its clone and its word about it; the clone is a child of ours and bears the launch's name.</summary>
    private void EndUnreportedClone(List<string> left)
    {
        foreach (int pid in ProcessList.ChildrenNamed(name))
        {
            if (pid == stage1Pid) { continue; }
            using PidFd orphan = PidFd.Open(pid);
            KillAndReap(orphan, left);
        }
    }

    private void RunUndo(List<string> left)
    {
        for (int i = program.Undo.Count - 1; i >= 0; i--)
        {
            try { program.Undo[i].Act(); }
            catch (Exception e) { left.Add($"{program.Undo[i].What}: {e.Message}"); }
        }
    }

    private static void KillAndReap(PidFd? process, List<string> left)
    {
        if (process is null || process.IsClosed) { return; }
        try
        {
            process.Kill();
            if (process.Reap(EndLimit) is null) { left.Add("end the process: it hangs in the kernel"); }
        }
        catch (LinuxException e)
        {
            if (e.Errno != Errno.ECHILD) { left.Add($"end the process: {e.Message}"); } // ECHILD: already waited for
        }
    }

    private static ExitStatus? TryReap(PidFd? process)
    {
        try { return process?.Reap(EndLimit); }
        catch (LinuxException e) when (e.Errno == Errno.ECHILD) { return null; } // already waited for
    }
}
