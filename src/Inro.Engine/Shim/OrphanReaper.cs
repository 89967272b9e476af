using Inro.Linux.Descriptors;
using Inro.Linux.Processes;
using Microsoft.Win32.SafeHandles;

namespace Inro.Engine.Shim;

/// <summary>Takes the status of processes whose parent ended and that became the shim's: a container without its own pid namespace leaves them.</summary>
/// <remarks>
/// The container's first process and execs are the shim's children too, and execve(2) gives even a child that was cloned without
/// an exit signal SIGCHLD, so their ends look the same: what is watched by its pidfd is left alone.
/// </remarks>
/// <param name="isWatched">True for a pid whose status somebody else takes.</param>
internal sealed class OrphanReaper(Func<int, bool> isWatched) : IPollSource, IDisposable
{
    private readonly SafeFileHandle signals = ChildSignals.Open();
    private readonly byte[] received = new byte[128];

    /// <inheritdoc/>
    public int Descriptor => (int)signals.DangerousGetHandle();

    /// <inheritdoc/>
    public PollEvents Wanted => PollEvents.Readable;

    /// <inheritdoc/>
    public void OnReady(PollEvents happened)
    {
        if (Inro.Linux.Descriptors.Descriptor.Read(signals, received) <= 0) { return; }

        ReapEnded();
    }

    /// <summary>Takes what is there up to a watched process; call again when that one's status was taken, because the kernel names one at a time.</summary>
    public void ReapEnded()
    {
        for (int pid = ChildSignals.FirstEnded(); pid != 0 && !isWatched(pid); pid = ChildSignals.FirstEnded()) { ChildSignals.Reap(pid); }
    }

    /// <inheritdoc/>
    public void Dispose() => signals.Dispose();
}
