using Inro.Linux.Processes;
using Inro.Linux.Sockets;
using Microsoft.Win32.SafeHandles;

namespace Inro.Engine.Shim;

/// <summary>The program as a shim: <c>inro internal shim DIRECTORY</c>, its starter at descriptor <see cref="StarterDescriptor"/>.</summary>
public static class ShimProcess
{
    /// <summary>Where the starter left one end of a socket pair.</summary>
    public const int StarterDescriptor = 3;

    /// <summary>Serves one container until it has ended. Called before anything else of the program is touched.</summary>
    /// <param name="containerDirectory">Where shim.json will stand when the first word comes.</param>
    /// <returns>Exit status; nobody waits for it.</returns>
    public static int Run(string containerDirectory)
    {
        using var starter = new ShimChannel(SeqPacketSocket.Own(StarterDescriptor));
        try
        {
            ProcessControl.BecomeSubreaper();

            // The starter finds out meanwhile what it wants; one that gives up, or is killed, closes the socket.
            using ReceivedMessage? first = Receive(starter);
            if (first is null) { return ExitStatuses.RunFailed; }

            using SafeFileHandle? held = first.Take(); // held to the last of a failed start: until then something of it is there
            using ShimServer server = Open(containerDirectory);
            if (!Begin(server, starter, first)) { return ExitStatuses.RunFailed; }

            held?.Dispose();
            server.Run();
            return 0;
        }
        catch (Exception failure) when (failure is ShimException or IOException or UnauthorizedAccessException)
        {
            starter.TrySend(new ShimMessage { Kind = ShimMessageKind.Failed, ExitStatus = ExitStatuses.RunFailed, Problem = failure.Message }, []);
            return ExitStatuses.RunFailed;
        }
    }

    /// <summary>Follows the starter's words until the container runs; false: it does not, and nothing is left.</summary>
    internal static bool Begin(ShimServer server, ShimChannel starter, ReceivedMessage first)
    {
        if (first.Message.Kind == ShimMessageKind.Adopt) { return server.Adopt(starter, first); }

        server.Prepare();
        using ReceivedMessage? second = Receive(starter);
        if (second is { Message.Kind: ShimMessageKind.Start }) { return server.Start(starter, second); }

        server.TakeBack();
        return false;
    }

    private static ShimServer Open(string containerDirectory)
    {
        ShimConfig config = ShimConfigFile.Read(containerDirectory);
        return new ShimServer(config, config.Runtime is null ? new ContainerHost(config) : new ForeignHost(config), TimeProvider.System);
    }

    private static ReceivedMessage? Receive(ShimChannel starter) =>
        starter.TryReceive(timeout: null, out ReceivedMessage? message) == ChannelState.Message ? message : null;
}
