using System.IO.Pipelines;
using System.Net.Sockets;
using Inro.Linux.Descriptors;
using Inro.Server.Http;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Inro.Tests.Server;

public sealed class HijackTests : IDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("inro-hijack-");

    public void Dispose() => directory.Delete(recursive: true);

    [Fact]
    public void A_client_that_is_gone_is_seen_after_the_server_has_closed_its_socket()
    {
        using Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(directory.FullName + "/s"));
        listener.Listen();
        using Socket client = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        client.Connect(new UnixDomainSocketEndPoint(directory.FullName + "/s"));
        Connection connection = new(listener.Accept());
        DefaultHttpContext context = new();
        context.Features.Set<IConnectionItemsFeature>(connection);
        context.Features.Set<IConnectionTransportFeature>(connection);
        context.Features.Set<IConnectionSocketFeature>(connection);
        Hijack hijack = Hijack.Take(context, "text/plain");
        try
        {
            client.Dispose();
            connection.Socket.Dispose(); // as the server does when a write fails
            PollEntry[] entries = [new() { Descriptor = hijack.Socket, Wanted = PollEvents.None }];

            Descriptor.Poll(entries, 0);

            Assert.Equal(PollEvents.HangUp, entries[0].Happened);
        }
        finally { hijack.Complete(); }
    }

    private sealed class Connection(Socket socket) : IConnectionItemsFeature, IConnectionTransportFeature, IConnectionSocketFeature, IDuplexPipe
    {
        private readonly Pipe pipe = new();

        public Socket Socket => socket;

        public IDictionary<object, object?> Items { get; set; } = new Dictionary<object, object?>();

        public IDuplexPipe Transport { get => this; set => throw new NotSupportedException(); }

        public PipeReader Input => pipe.Reader;

        public PipeWriter Output => pipe.Writer;
    }
}
