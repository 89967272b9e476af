using Inro.Linux.Sockets;
using Inro.Linux.Terminals;

namespace Inro.Engine.Shim;

public sealed partial class ShimClient
{
    internal static ShimClient Begin(SeqPacketSocket shim, AttachRequest? attach, WindowSize? size, bool holds)
    {
        AttachRequest wanted = attach ?? new AttachRequest { Stdout = false, Stderr = false };
        var client = new ShimClient(new ShimChannel(shim));
        try
        {
            using ClientPipes pipes = ClientPipes.ForContainer(wanted);
            ShimMessage message = pipes.Describe(new ShimMessage { Kind = ShimMessageKind.Start, Commits = wanted.Commits, Size = size, Holds = holds });
            _ = client.channel.TrySend(message, pipes.Far); // a shim that is gone may have said why
            using ReceivedMessage answer = client.Await();
            client.Streams = pipes.TakeNear(answer);
            return client;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <summary>Lets the program of a held container begin; returns when it runs.</summary>
    internal void LetGo(WindowSize? size) => Ask(new ShimMessage { Kind = ShimMessageKind.LetGo, Size = size }).Dispose();

    internal static ShimClient AwaitStarted(SeqPacketSocket shim)
    {
        var client = new ShimClient(new ShimChannel(shim));
        try
        {
            client.Await().Dispose();
            return client;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }
}
