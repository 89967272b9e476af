using Inro.Linux;
using Inro.Linux.Descriptors;
using Inro.Linux.Processes;
using Inro.Linux.Sockets;
using Microsoft.Win32.SafeHandles;

namespace Inro.Engine.Shim;

/// <summary>The program as a shim: <c>inro internal shim DIRECTORY</c>, its starter at descriptor <see cref="StarterDescriptor"/>.</summary>
public static class ShimProcess
{
    /// <summary>Where the starter left one end of a socket pair.</summary>
    public const int StarterDescriptor = 3;

    /// <summary>Where the starter left the container's lock; see <see cref="WaitingShim"/>.</summary>
    public const int LockDescriptor = 4;

    /// <summary>Serves one container until it has ended. Called before anything else of the program is touched.</summary>
    /// <param name="arguments">What follows <c>internal shim</c>.</param>
    /// <returns>Exit status; nobody waits for it.</returns>
    public static int Run(ReadOnlySpan<string> arguments)
    {
        if (arguments is not [var directory]) { return ExitStatuses.RunFailed; }

        return Run(directory, static config => new ContainerHost(config));
    }

    internal static int Run(string directory, Func<ShimConfig, IContainerHost> makeHost)
    {
        using var starter = new ShimChannel(SeqPacketSocket.Own(StarterDescriptor));
        using var held = new SafeFileHandle(LockDescriptor, ownsHandle: true);
        try
        {
            Descriptor.SetCloseOnExec(held); // neither hooks nor helpers may keep it
            ProcessControl.BecomeSubreaper();
            // The starter makes the container's files meanwhile; one that is killed closes the socket.
            if (starter.TryReceive(timeout: null, out ReceivedMessage? request) != ChannelState.Message || request is null) { return ExitStatuses.RunFailed; }

            using (request)
            {
                ShimConfig config = ShimConfigFile.Read(directory);
                using var server = new ShimServer(config, makeHost(config), TimeProvider.System);
                if (!Begin(server, starter, request)) { return ExitStatuses.RunFailed; } // held to the last: until then something of the failed start is there

                held.Dispose();
                server.Run();
                return 0;
            }
        }
        catch (Exception failure) when (failure is ShimException or LinuxException or IOException)
        {
            starter.TrySend(new ShimMessage { Kind = ShimMessageKind.Failed, ExitStatus = ExitStatuses.RunFailed, Problem = failure.Message }, []);
            return ExitStatuses.RunFailed;
        }
    }

    private static bool Begin(ShimServer server, ShimChannel starter, ReceivedMessage request) =>
        request.Message.Kind == ShimMessageKind.Adopt ? server.Adopt(starter, request) : server.Start(starter, request);
}
