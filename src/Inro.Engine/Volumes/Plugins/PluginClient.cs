using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

namespace Inro.Engine.Volumes.Plugins;

/// <summary>Speaks docker's plug-in protocol: JSON over HTTP, one POST for each call.</summary>
/// <remarks>Source: docker's "Plugin API design". Every wait and every answer has a limit: a plug-in is another's program.</remarks>
/// <param name="address">The plug-in.</param>
internal sealed class PluginClient(PluginAddress address)
{
    private const string MediaType = "application/vnd.docker.plugins.v1.2+json";
    private const int MaxAnswerBytes = 4 << 20;

    private static readonly TimeSpan ConnectDeadline = TimeSpan.FromSeconds(10);

    private HttpClient? client;

    /// <summary>The plug-in's name.</summary>
    public string Name => address.Name;

    /// <summary>Makes one call.</summary>
    /// <param name="method">Its name: <c>VolumeDriver.Create</c>.</param>
    /// <param name="body">JSON; empty for none.</param>
    /// <param name="deadline">Longest wait.</param>
    /// <returns>The answer; its owner disposes it.</returns>
    /// <exception cref="EngineException">Unavailable: it does not answer. DeadlineExceeded: not in time. Internal: what it says went wrong.</exception>
    public JsonDocument Call(string method, ReadOnlyMemory<byte> body, TimeSpan deadline)
    {
        using var time = new CancellationTokenSource(deadline);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address.Url, method)) { Content = new ReadOnlyMemoryContent(body) };
            request.Headers.Accept.Add(MediaTypeWithQualityHeaderValue.Parse(MediaType));
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(MediaType);
            client ??= Connect();
            using HttpResponseMessage answer = client.Send(request, HttpCompletionOption.ResponseHeadersRead, time.Token);
            byte[] bytes = Read(answer, method, time.Token);
            return answer.IsSuccessStatusCode ? Parse(bytes, method) : throw Refused(method, $"HTTP status {(int)answer.StatusCode}{Said(bytes)}");
        }
        catch (OperationCanceledException late) when (time.IsCancellationRequested)
        {
            throw new EngineException(ErrorCode.DeadlineExceeded, $"plug-in {Name} did not answer {method} within {deadline.TotalSeconds:0} seconds", "look after the plug-in's program, then try again", late);
        }
        catch (Exception gone) when (gone is HttpRequestException or SocketException or IOException)
        {
            throw new EngineException(ErrorCode.Unavailable, $"plug-in {Name} does not answer {method}: {gone.Message}", "start the plug-in's program, then try again", gone);
        }
    }

    private byte[] Read(HttpResponseMessage answer, string method, CancellationToken ct)
    {
        using Stream content = answer.Content.ReadAsStream(ct);
        using CancellationTokenRegistration closing = ct.Register(content.Dispose);
        byte[] bytes = new byte[4096];
        int length = 0;
        for (int read; (read = content.Read(bytes, length, bytes.Length - length)) > 0;)
        {
            length += read;
            if (length > MaxAnswerBytes) { throw Refused(method, $"its answer is longer than {MaxAnswerBytes} bytes"); }

            if (length == bytes.Length) { Array.Resize(ref bytes, length * 2); }
        }

        ct.ThrowIfCancellationRequested();
        return bytes[..length];
    }

    private JsonDocument Parse(byte[] bytes, string method)
    {
        JsonDocument json;
        try { json = JsonDocument.Parse(bytes.Length == 0 ? "{}"u8.ToArray() : bytes); }
        catch (JsonException damaged) { throw Refused(method, $"its answer is no JSON: {damaged.Message}"); }

        if (json.RootElement.ValueKind == JsonValueKind.Object && ErrorOf(json.RootElement) is not { Length: > 0 }) { return json; }

        string why = json.RootElement.ValueKind == JsonValueKind.Object ? ErrorOf(json.RootElement)! : "its answer is no object";
        json.Dispose();
        throw Refused(method, why);
    }

    private static string Said(byte[] bytes)
    {
        try
        {
            using var json = JsonDocument.Parse(bytes);
            return json.RootElement.ValueKind == JsonValueKind.Object && ErrorOf(json.RootElement) is { Length: > 0 } why ? ": " + why : "";
        }
        catch (JsonException) { return ""; }
    }

    private static string? ErrorOf(JsonElement answer) => answer.TryGetProperty("Err", out JsonElement error) && error.ValueKind == JsonValueKind.String ? error.GetString() : null;

    private EngineException Refused(string method, string why) => new(ErrorCode.Internal, $"{method}: {why}", $"the plug-in {Name} says so; its own log may say more");

    private HttpClient Connect()
    {
        var handler = new SocketsHttpHandler { UseProxy = false, UseCookies = false, AllowAutoRedirect = false, ConnectTimeout = ConnectDeadline };
        if (address.Socket.Length > 0)
        {
            handler.ConnectCallback = (_, _) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    socket.Connect(new UnixDomainSocketEndPoint(address.Socket));
                    return new ValueTask<Stream>(new NetworkStream(socket, ownsSocket: true));
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            };
        }
        else if (address.Tls is { } tls) { Secure(handler.SslOptions, tls); }

        return new HttpClient(handler, disposeHandler: true) { Timeout = Timeout.InfiniteTimeSpan };
    }

    private static void Secure(SslClientAuthenticationOptions options, PluginTls tls)
    {
        if (tls.CertificateFile.Length > 0) { options.ClientCertificates = [X509Certificate2.CreateFromPemFile(tls.CertificateFile, tls.KeyFile)]; }

        if (tls.IsUnchecked)
        {
#pragma warning disable CA5359 // asked for in the plug-in's file, by who may run programs as this user
            options.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
        }
        else if (tls.AuthorityFile.Length > 0)
        {
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPemFile(tls.AuthorityFile);
            options.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(authorities);
        }
    }
}
