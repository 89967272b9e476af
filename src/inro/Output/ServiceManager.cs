using System.Globalization;
using System.Text;
using Inro.Linux;
using Inro.Linux.Sockets;

namespace Inro.Cli.Output;

/// <summary>The service manager that has started this command, if one has. See sd_notify(3).</summary>
internal static class ServiceManager
{
    /// <summary>Tells it that the container runs. Without one, or with one that does not listen, nothing is done.</summary>
    /// <param name="mainPid">The process that it shall watch in the place of this one; null: this one.</param>
    public static void TellReady(int? mainPid = null)
    {
        if (Environment.GetEnvironmentVariable("NOTIFY_SOCKET") is not { Length: > 0 } manager) { return; }

        try
        {
            using SeqPacketSocket socket = SeqPacketSocket.ConnectDatagram(manager);
            socket.Send(Encoding.ASCII.GetBytes(mainPid is { } pid ? string.Create(CultureInfo.InvariantCulture, $"MAINPID={pid}\nREADY=1\n") : "READY=1\n"));
        }
        catch (LinuxException) { /* its unit has a time-out for that */ }
    }
}
