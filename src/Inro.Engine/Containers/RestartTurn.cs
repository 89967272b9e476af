using Inro.Engine.Shim;
using Inro.Linux.Files;
using Inro.Linux.Terminals;

namespace Inro.Engine.Containers;

/// <summary>The turn to start a container again that its policy wants running; one at a time has it.</summary>
/// <remarks>
/// A process waits in the background for each container that waits. A client that is attached takes the turn before it; when that
/// client is killed the kernel gives the turn to the one that waits.
/// </remarks>
public sealed class RestartTurn : IDisposable
{
    private readonly ContainerService containers;
    private readonly string id;
    private readonly FileLock held;

    internal RestartTurn(ContainerService containers, string id, FileLock held)
    {
        this.containers = containers;
        this.id = id;
        this.held = held;
    }

    /// <summary>Waits as long as the policy says, then starts the container. Null: somebody stopped or removed it meanwhile.</summary>
    /// <param name="attach">Streams for the caller; null: none.</param>
    /// <param name="window">Size of the terminal, or null.</param>
    public StartedContainer? Start(AttachRequest? attach = null, WindowSize? window = null) => containers.StartInTurn(id, attach, window);

    /// <summary>Gives the turn back.</summary>
    public void Dispose()
    {
        containers.LeaveTurn(id);
        held.Dispose();
    }
}
