using Inro.Linux;
using Inro.Linux.Sockets;

namespace Inro.Cli.Output;

/// <summary>The service manager that has started this command, if one has. See sd_notify(3).</summary>
internal static class ServiceManager
{
    /// <summary>Tells it that the container runs. Without one, or with one that does not listen, nothing is done.</summary>
    public static void TellReady()
    {
        if (Environment.GetEnvironmentVariable("NOTIFY_SOCKET") is not { Length: > 0 } manager) { return; }

        try
        {
            using SeqPacketSocket socket = SeqPacketSocket.ConnectDatagram(manager);
            socket.Send("READY=1\n"u8);
        }
        catch (LinuxException) { /* its unit has a time-out for that */ }
    }
}
