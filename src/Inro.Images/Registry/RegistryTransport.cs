using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;

namespace Inro.Images.Registry;

/// <summary>Makes the HTTP client of one server: proxies of the environment, certificates of the machine, deadlines on every wait.</summary>
internal static class RegistryTransport
{
    private const int MaxRedirects = 5;
    private const int MaxHeaderKilobytes = 64;

    public static HttpClient Make(RegistryHost host, RegistryOptions options)
    {
        RegistryTrust trust = options.FindTrust?.Invoke(host.Name) ?? new RegistryTrust();
        var handler = new SocketsHttpHandler
        {
            AutomaticDecompression = DecompressionMethods.None, // a layer is gzip by itself
            AllowAutoRedirect = true, // to where the bytes are; it never takes who asks along, nor leaves TLS
            MaxAutomaticRedirections = MaxRedirects,
            MaxConnectionsPerServer = int.MaxValue,
            MaxResponseHeadersLength = MaxHeaderKilobytes,
            ConnectTimeout = options.ConnectDeadline,
            UseCookies = false,
            SslOptions = new SslClientAuthenticationOptions
            {
                ClientCertificates = trust.Own,
                RemoteCertificateValidationCallback = (_, certificate, chain, errors) => host.IsInsecure || trust.IsTrusted(certificate, chain, errors),
            },
            ConnectCallback = (context, ct) => new ValueTask<Stream>(Connect(context.DnsEndPoint, options, ct)),
        };
        var client = new HttpClient(handler) { Timeout = options.SilenceDeadline };
        client.DefaultRequestHeaders.UserAgent.Add(ProductInfoHeaderValue.Parse(options.UserAgent));
        return client;
    }

    /// <summary>Connects in the calling thread: all requests are made by threads that have nothing else to do.</summary>
    private static NetworkStream Connect(DnsEndPoint to, RegistryOptions options, CancellationToken ct)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true,
            ReceiveTimeout = (int)options.SilenceDeadline.TotalMilliseconds,
            SendTimeout = (int)options.SilenceDeadline.TotalMilliseconds,
        };
        try
        {
            socket.ConnectAsync(to, ct).AsTask().GetAwaiter().GetResult();
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
