using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Inro.Linux.Processes;

namespace Inro.Engine.Shim;

/// <summary>Takes the statuses of shims and other processes that a program leaves behind, for one that lives longer than they: else each would stay as a zombie.</summary>
/// <remarks>Only of those that it was told of: every other child has somebody who waits for it.</remarks>
public sealed class LeftChildren : IDisposable
{
    private readonly ConcurrentDictionary<int, bool> pids = new();
    private readonly PosixSignalRegistration signals;

    /// <summary>Begins.</summary>
    public LeftChildren() => signals = PosixSignalRegistration.Create(PosixSignal.SIGCHLD, _ => TakeEnded());

    /// <summary>A process was started that nobody waits for.</summary>
    public void Add(int pid)
    {
        pids[pid] = true;
        TakeEnded(); // it may have ended already
    }

    /// <inheritdoc/>
    public void Dispose() => signals.Dispose();

    private void TakeEnded()
    {
        foreach (int pid in pids.Keys)
        {
            if (ChildSignals.TryReap(pid)) { pids.TryRemove(pid, out _); }
        }
    }
}
