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

    /// <summary>Its client tells of its end.</summary>
    public bool Commits { get; init; }

    /// <summary>Our ends of its output pipes, which nobody reads while its client does: with them a client that is gone ends no process.</summary>
    public IReadOnlyList<SafeFileHandle> Outputs { get; init; } = [];

    /// <summary>Read and drop what it writes after its client has left.</summary>
    public List<OutputDrain> Drains { get; } = [];

    /// <inheritdoc/>
    public int Descriptor => Process.Process.Number;

    /// <inheritdoc/>
    public PollEvents Wanted => PollEvents.Readable;

    /// <inheritdoc/>
    public void OnReady(PollEvents happened) => server.OnExecExit(this);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (SafeFileHandle output in Outputs) { output.Dispose(); }

        Process.Dispose();
    }
}

/// <summary>Reads a terminal or a pipe that nobody looks at, so that its process does not stop.</summary>
internal sealed class OutputDrain(SafeFileHandle source) : IPollSource
{
    private readonly byte[] dropped = new byte[4096];
    private bool isHungUp;

    /// <inheritdoc/>
    public int Descriptor => (int)source.DangerousGetHandle();

    /// <inheritdoc/>
    public PollEvents Wanted => isHungUp ? PollEvents.None : PollEvents.Readable;

    /// <inheritdoc/>
    public void OnReady(PollEvents happened) => isHungUp = Inro.Linux.Descriptors.Descriptor.Read(source, dropped) is 0 or -(int)Inro.Linux.Errno.EIO;
}
