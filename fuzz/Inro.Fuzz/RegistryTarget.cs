using System.Net;
using System.Net.Sockets;
using Inro.Images.Registry;
using Inro.Spec;
using Inro.Spec.Image;

namespace Inro.Fuzz;

/// <summary>A registry that answers every request with the same bytes, head and body: each call ends with a result or a <see cref="RegistryException"/>.</summary>
internal sealed class RegistryTarget : IDisposable
{
    private const int MostNames = 1_000;
    private const int BufferBytes = 64 << 10;

    private static readonly Descriptor Blob = new() { MediaType = MediaTypes.OciConfig, Digest = Digest.Sha256("abcdefghij"u8), Size = 10 };

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly Thread thread;
    private volatile byte[] answer = [];

    public RegistryTarget()
    {
        listener.Start();
        thread = new Thread(Serve) { IsBackground = true };
        thread.Start();
    }

    /// <summary>Makes every call; true where one had a result.</summary>
    public bool Accepts(byte[] input)
    {
        answer = input;
        using var client = new RegistryClient(RegistryHost.Of($"127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}"), new RegistryOptions { Attempts = 1, SilenceDeadline = TimeSpan.FromMilliseconds(150) });
        CancellationToken none = CancellationToken.None;
        Action[] calls =
        [
            () => client.Ping(none),
            () => _ = client.ListTags("app", none).Take(MostNames).Count(),
            () => _ = client.ListRepositories(none).Take(MostNames).Count(),
            () => client.ListReferrers("app", Blob.Digest, none),
            () => client.GetDocument("app", "1", none),
            () => client.Resolve("app", "1", none),
            () => client.ReadBlob("app", Blob, none),
            () => client.PutBlob("app", Blob, static _ => new MemoryStream("abcdefghij"u8.ToArray()), "other", none),
        ];
        bool isAnswered = false;
        foreach (Action call in calls) { isAnswered |= Ends(call); }

        return isAnswered;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        listener.Stop();
        thread.Join();
    }

    private static bool Ends(Action call)
    {
        try
        {
            call();
            return true;
        }
        catch (RegistryException refused) { return refused.Message.Length > 0 ? false : throw new InvalidOperationException("refused without a reason", refused); }
    }

    private void Serve()
    {
        byte[] request = new byte[BufferBytes];
        while (true)
        {
            try
            {
                using Socket client = listener.AcceptSocket();
                int count = client.Receive(request);
                if (count == 0 || request[0] == 0x16) { continue; } // TLS is not spoken here

                client.Send(answer);
                client.Shutdown(SocketShutdown.Send);
            }
            catch (SocketException) when (listener.Server.IsBound) { } // a client that had seen enough
            catch (Exception stopped) when (stopped is SocketException or InvalidOperationException or ObjectDisposedException) { return; }
        }
    }
}
