using Inro.Linux.Sockets;
using Inro.Linux.Terminals;

namespace Inro.Engine.Shim;

public sealed partial class ShimClient
{
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
}
