using Inro.Linux;
using Inro.Linux.Files;
using Inro.Linux.Processes;
using Inro.Linux.Sockets;
using Inro.Linux.Terminals;
using Microsoft.Win32.SafeHandles;

namespace Inro.Engine.Shim;

public sealed partial class ShimClient
{
    private const string ProcessName = "inro";

    /// <summary>Step 6: starts a shim in a session of its own, which starts the container; returns when the process runs.</summary>
    /// <exception cref="ShimException">Not started; nothing is left.</exception>
    public static ShimClient Start(ShimStartOptions options) =>
        Begin(Spawn(options), ShimMessageKind.Start, options.Attach, options.WindowSize);

    /// <summary>Starts a shim for a container whose shim was killed; returns when it watches, or has written what it found.</summary>
    /// <remarks>The caller holds the container's lock: of two shims at once the later would take the socket.</remarks>
    /// <exception cref="ShimException">The container does not run as far as its last shim knew.</exception>
    public static ShimClient Adopt(ShimStartOptions options) =>
        Begin(Spawn(options), ShimMessageKind.Adopt, options.Attach, options.WindowSize);

    internal static ShimClient Begin(SeqPacketSocket shim, ShimMessageKind kind, AttachRequest? attach, WindowSize? size)
    {
        AttachRequest wanted = attach ?? new AttachRequest { Stdout = false, Stderr = false };
        var client = new ShimClient(new ShimChannel(shim));
        try
        {
            using ClientPipes pipes = ClientPipes.ForContainer(wanted);
            ShimMessage message = pipes.Describe(new ShimMessage
            {
                Kind = kind,
                Version = ShimVersion.Current,
                Commits = wanted.Commits,
                Size = size,
            });
            using ReceivedMessage answer = client.Ask(message, pipes.Far);
            client.Streams = pipes.TakeNear(answer);
            return client;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    private static SeqPacketSocket Spawn(ShimStartOptions options)
    {
        (SeqPacketSocket near, SeqPacketSocket far) = SeqPacketSocket.Pair();
        try
        {
            using (far)
            using (SafeFileHandle none = Inro.Linux.Descriptors.Descriptor.Open("/dev/null", OpenFlags.ReadWrite))
            {
                ProcessSpawn.Start(new SpawnRequest
                {
                    Path = options.Command[0],
                    Arguments = [ProcessName, .. options.Command.Skip(1), options.ContainerDirectory],
                    Environment = ShimEnvironment.Inherited(),
                    Descriptors = [new(0, none), new(1, none), new(2, none), new(ShimProcess.StarterDescriptor, far)],
                    NewSession = true,
                    BlockedSignals = [ChildSignals.Number], // before the runtime's threads exist, so that all have it
                });
            }

            return near;
        }
        catch (LinuxException failure)
        {
            near.Dispose();
            throw new ShimException(125, $"the container's shim cannot be started: {failure.Message}", inner: failure);
        }
    }
}
