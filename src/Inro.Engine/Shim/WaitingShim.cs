using Inro.Linux;
using Inro.Linux.Files;
using Inro.Linux.Processes;
using Inro.Linux.Sockets;
using Inro.Linux.Terminals;
using Microsoft.Win32.SafeHandles;

namespace Inro.Engine.Shim;

/// <summary>A shim in a session of its own that has not been told yet what to do. It touches nothing; disposed before, it goes.</summary>
/// <remarks>Its own start takes as long as the making of a container's files, so it is started first and both pass side by side.</remarks>
internal sealed class WaitingShim : IDisposable
{
    private const string ProcessName = "inro";

    private readonly SeqPacketSocket shim;
    private bool isTold;

    private WaitingShim(SeqPacketSocket shim) => this.shim = shim;

    /// <summary>Starts it.</summary>
    /// <param name="containerDirectory">Where config.json and shim.json will stand when it is told to go on.</param>
    /// <param name="held">
    /// The container's lock, which the shim holds, too, until it has answered: a starter that is killed meanwhile leaves no moment in
    /// which another command could take back what the shim is just making.
    /// </param>
    /// <exception cref="ShimException">It cannot be started.</exception>
    public static WaitingShim Start(string containerDirectory, FileLock held)
    {
        (SeqPacketSocket near, SeqPacketSocket far) = SeqPacketSocket.Pair();
        try
        {
            using (far)
            using (SafeFileHandle none = Inro.Linux.Descriptors.Descriptor.Open("/dev/null", OpenFlags.ReadWrite))
            {
                ProcessSpawn.Start(new SpawnRequest
                {
                    Path = "/proc/self/exe",
                    Arguments = [ProcessName, "internal", "shim", containerDirectory],
                    Environment = ShimEnvironment.Inherited(),
                    Descriptors =
                    [
                        new(0, none), new(1, none), new(2, none),
                        new(ShimProcess.StarterDescriptor, far), new(ShimProcess.LockDescriptor, held.File),
                    ],
                    NewSession = true,
                    BlockedSignals = [ChildSignals.Number], // before the runtime's threads exist, so that all have it
                });
            }

            return new WaitingShim(near);
        }
        catch (LinuxException failure)
        {
            near.Dispose();
            throw new ShimException(ExitStatuses.RunFailed, $"the container's shim cannot be started: {failure.Message}", inner: failure);
        }
    }

    /// <summary>Lets it start the container; returns when the process runs.</summary>
    /// <param name="attach">Attach from before the first byte of output; null: start only.</param>
    /// <param name="size">Size of the container's terminal from its first moment; null: the kernel's 0×0.</param>
    /// <exception cref="ShimException">Not started; nothing is left.</exception>
    public ShimClient StartContainer(AttachRequest? attach, WindowSize? size) => Tell(ShimMessageKind.Start, attach, size);

    /// <summary>Lets it take over a container whose shim was killed; returns when it watches, or has written what it found.</summary>
    /// <remarks>The caller holds the container's lock: of two shims at once the later would take the socket.</remarks>
    /// <exception cref="ShimException">The container does not run as far as its last shim knew.</exception>
    public ShimClient Adopt() => Tell(ShimMessageKind.Adopt, attach: null, size: null);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!isTold) { shim.Dispose(); }
    }

    private ShimClient Tell(ShimMessageKind kind, AttachRequest? attach, WindowSize? size)
    {
        isTold = true; // the socket is the client's now
        return ShimClient.Begin(shim, kind, attach, size);
    }
}
