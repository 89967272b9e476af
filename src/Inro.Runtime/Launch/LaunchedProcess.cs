using Inro.Linux.Processes;

namespace Inro.Runtime.Launch;

/// <summary>What a launch left running: a child of this process, already another program, or standing at its gate.</summary>
public sealed class LaunchedProcess : IDisposable
{
    /// <summary>Its pid, as this process counts.</summary>
    public required int Pid { get; init; }

    /// <summary>The process itself. A child of this process: <see cref="PidFd.Reap"/> takes its status.</summary>
    public required PidFd Process { get; init; }

    /// <summary>Clock ticks after boot, see <see cref="ProcessStat.StartTime"/>.</summary>
    public required ulong StartTime { get; init; }

    /// <summary>True if it waits at a gate; false if it is the program already.</summary>
    public required bool AtGate { get; init; }

    /// <summary>Lets go of the descriptor. The process is not touched.</summary>
    public void Dispose() => Process.Dispose();
}
