using Inro.Linux;
using Inro.Linux.Processes;

namespace Inro.Runtime.Launch;

/// <summary>What a launch left running: a child of this process, already another program, or standing at its gate.</summary>
public sealed class LaunchedProcess : IDisposable
{
    /// <summary>A killed process is gone in microseconds, unless it hangs in the kernel.</summary>
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(10);

    private readonly LaunchSession session;

    internal LaunchedProcess(LaunchSession session, int pid, PidFd process, ulong startTime, bool atGate)
    {
        this.session = session;
        Pid = pid;
        Process = process;
        StartTime = startTime;
        AtGate = atGate;
    }

    /// <summary>Its pid, as this process counts.</summary>
    public int Pid { get; }

    /// <summary>The process itself. A child of this process: <see cref="PidFd.Reap"/> takes its status.</summary>
    public PidFd Process { get; }

    /// <summary>Clock ticks after boot, see <see cref="ProcessStat.StartTime"/>; 0 where /proc hides it.</summary>
    public ulong StartTime { get; }

    /// <summary>True if it waits at a gate; false if it is the program already.</summary>
    public bool AtGate { get; private set; }

    /// <summary>For a creator that stays: after it opened a <see cref="GateKind.Fifo"/> gate, waits until the process has become the program.</summary>
    /// <exception cref="LaunchException">It failed behind the gate; everything has been ended and undone as by <see cref="LaunchRunner.Run"/>.</exception>
    public void WaitForExec()
    {
        if (!AtGate) { throw new InvalidOperationException("the process does not stand at a gate"); }
        session.Follow();
        AtGate = false;
    }

    /// <summary>Gives away all but the process itself: whoever opens its gate hears of it from then on.</summary>
    internal PidFd Detach()
    {
        session.Dispose();
        return Process;
    }

    /// <summary>Kills and reaps the process, for a caller that cannot keep it.</summary>
    internal void End()
    {
        try
        {
            Process.Kill();
            Process.Reap(EndLimit);
        }
        catch (LinuxException e) when (e.Errno == Errno.ECHILD)
        {
            // Already waited for.
        }
        finally
        {
            Dispose();
        }
    }

    /// <summary>Lets go of the descriptors. The process is not touched: one that stands at a gate stays there.</summary>
    public void Dispose()
    {
        session.Dispose();
        Process.Dispose();
    }
}
