using Inro.Linux.Descriptors;
using Inro.Linux.Processes;

namespace Inro.Engine.Shim;

/// <summary>Waits for the end of the container's first process.</summary>
internal sealed class ContainerEnd(PidFd process, ShimServer server) : IPollSource
{
    /// <inheritdoc/>
    public int Descriptor => process.Number;

    /// <inheritdoc/>
    public PollEvents Wanted => PollEvents.Readable;

    /// <inheritdoc/>
    public void OnReady(PollEvents happened) => server.OnContainerExit();
}
