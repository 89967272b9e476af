using System.Net;
using Inro.Images.Bytes;
using Inro.Images.Transfers;

namespace Inro.Images.Imports;

/// <summary>A file behind an address of the web, read as it comes; proxies of the environment and certificates of the machine count.</summary>
public sealed class RemoteFile : ReadOnlyStream
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly HttpClient client;
    private readonly HttpResponseMessage answer;
    private readonly Stream body;
    private readonly Uri address;
    private readonly long? length;
    private long position;

    private RemoteFile(HttpClient client, HttpResponseMessage answer, Stream body, Uri address)
    {
        this.client = client;
        this.answer = answer;
        this.body = body;
        this.address = address;
        length = answer.Content.Headers.ContentLength;
    }

    /// <summary>Asks for it.</summary>
    /// <param name="address">http or https.</param>
    /// <param name="userAgent">Said to the server.</param>
    /// <param name="ct">Ends the waiting for the answer.</param>
    /// <exception cref="ImageException">It cannot be had.</exception>
    public static RemoteFile Open(Uri address, string userAgent, CancellationToken ct)
    {
        var http = new HttpClient(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.None, UseCookies = false }) { Timeout = Deadline };
        HttpResponseMessage? reply = null;
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Headers.UserAgent.ParseAdd(userAgent);
            reply = http.Send(request, HttpCompletionOption.ResponseHeadersRead, ct);
            if (!reply.IsSuccessStatusCode) { throw new ImageException($"{address.GetLeftPart(UriPartial.Path)}: the server answers {(int)reply.StatusCode} {reply.ReasonPhrase}"); }

            return new RemoteFile(http, reply, reply.Content.ReadAsStream(ct), address);
        }
        catch (Exception failure)
        {
            reply?.Dispose();
            http.Dispose();
            if (failure is HttpRequestException or TaskCanceledException && !ct.IsCancellationRequested)
            {
                throw new ImageException($"{address.GetLeftPart(UriPartial.Path)} cannot be read: {failure.Message}", cause: failure);
            }

            throw;
        }
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        try
        {
            int count = body.Read(buffer);
            position += count;
            return count > 0 || buffer.IsEmpty || length is not { } whole || position == whole
                ? count
                : throw new ImageException($"{address.GetLeftPart(UriPartial.Path)} ends after {position} of {whole} bytes");
        }
        catch (HttpRequestException broken) { throw new ImageException($"{address.GetLeftPart(UriPartial.Path)} breaks off: {broken.Message}", cause: broken); }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            body.Dispose();
            answer.Dispose();
            client.Dispose();
        }

        base.Dispose(disposing);
    }
}
