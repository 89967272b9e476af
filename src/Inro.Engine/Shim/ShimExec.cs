using Inro.Linux.Descriptors;
using Microsoft.Win32.SafeHandles;

namespace Inro.Engine.Shim;

/// <summary>A process that a client started in the container. A child of the shim, which alone gets its status.</summary>
/// <remarks>Its streams run between client and process without the shim. Its terminal is kept here too, so that it outlives a detach.</remarks>
internal sealed class ShimExec(string id, HostedProcess process, ShimConnection owner, ShimServer server) : IPollSource, IDisposable
{
    public string Id { get; } = id;

    public HostedProcess Process { get; } = process;

    /// <summary>The client that waits for its end; null: gone or detached.</summary>
    public ShimConnection? Owner { get; set; } = owner;

    /// <summary>Reads and drops what it writes to its terminal after its client has left.</summary>
    public ConsoleDrain? Drain { get; set; }

    /// <inheritdoc/>
    public int Descriptor => Process.Process.Number;

    /// <inheritdoc/>
    public PollEvents Wanted => PollEvents.Readable;

    /// <inheritdoc/>
    public void OnReady(PollEvents happened) => server.OnExecExit(this);

    /// <inheritdoc/>
    public void Dispose() => Process.Dispose();
}

/// <summary>Reads a terminal that nobody looks at, so that its process does not stop.</summary>
internal sealed class ConsoleDrain(SafeFileHandle console) : IPollSource
{
    private readonly byte[] dropped = new byte[4096];
    private bool isHungUp;

    /// <inheritdoc/>
    public int Descriptor => (int)console.DangerousGetHandle();

    /// <inheritdoc/>
    public PollEvents Wanted => isHungUp ? PollEvents.None : PollEvents.Readable;

    /// <inheritdoc/>
    public void OnReady(PollEvents happened) => isHungUp = Inro.Linux.Descriptors.Descriptor.Read(console, dropped) is 0 or -(int)Inro.Linux.Errno.EIO;
}
