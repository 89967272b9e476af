using Inro.Linux.Descriptors;
using Inro.Linux.Processes;
using Microsoft.Win32.SafeHandles;

namespace Inro.Engine.Shim;

/// <summary>Takes the status of processes whose parent ended and that became the shim's: a container without its own pid namespace leaves them.</summary>
/// <remarks>The container's first process and execs are cloned without an exit signal, so this does not take theirs.</remarks>
internal sealed class OrphanReaper : IPollSource, IDisposable
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

        while (ChildSignals.ReapAny()) { }
    }

    /// <inheritdoc/>
    public void Dispose() => signals.Dispose();
}
