using System.Net;
using System.Net.Http.Headers;
using Inro.Spec;
using Inro.Spec.Image;

namespace Inro.Images.Registry;

/// <content>Giving a registry what it lacks.</content>
public sealed partial class RegistryClient
{
    /// <summary>Up to here a blob goes in one request after the one that begins it; above, a broken upload goes on where it was.</summary>
    private const long SmallBlobBytes = 256 << 10;

    /// <summary>Gives a blob, unless the registry can take it from another repository of its own.</summary>
    /// <param name="repository">To whom.</param>
    /// <param name="blob">What.</param>
    /// <param name="open">Its bytes from a place on; called again where an upload breaks.</param>
    /// <param name="mountFrom">Another repository that is likely to have it, or null.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>True where the registry took it from the other repository.</returns>
    public bool PutBlob(string repository, Descriptor blob, Func<long, Stream> open, string? mountFrom, CancellationToken ct)
    {
        Uri? upload = Begin(repository, blob.Digest, mountFrom, ct);
        if (upload is null) { return true; }

        string[] scopes = [PushTo(repository)];
        string subject = $"upload of {blob.Digest}";
        if (blob.Size > SmallBlobBytes) { upload = Append(upload, blob, open, scopes, subject, ct); }

        Uri end = WithDigest(upload, blob.Digest);
        connection.Send(() => Finish(end, blob, open), scopes, subject, ct).Dispose();
        return false;
    }

    /// <summary>Gives an index or a manifest, under a tag or its digest. One that is about another is then found by that: by the registry's own list, or by the tag in its place.</summary>
    public void PutDocument(string repository, string reference, byte[] bytes, string mediaType, CancellationToken ct)
    {
        Digest? subject = OciDocument.SubjectOf(bytes);
        using (HttpResponseMessage response = connection.Send(
            () => new HttpRequestMessage(HttpMethod.Put, Relative($"{repository}/manifests/{reference}")) { Content = Content(bytes, mediaType) },
            [PushTo(repository)], Subject(repository, reference), ct))
        {
            if (subject is null || response.Headers.Contains(SubjectHeader)) { return; }
        }

        AddToFallback(repository, subject.Value, new Descriptor { MediaType = mediaType, Digest = Digest.Sha256(bytes), Size = bytes.Length }, bytes, ct);
    }

    private static string PushTo(string repository) => $"repository:{repository}:pull,push";

    private Uri? Begin(string repository, Digest digest, string? mountFrom, CancellationToken ct)
    {
        string query = mountFrom is null ? "" : $"?mount={Uri.EscapeDataString(digest.ToString())}&from={Uri.EscapeDataString(mountFrom)}";
        string[] scopes = mountFrom is null ? [PushTo(repository)] : [PushTo(repository), Pull(mountFrom)];
        using HttpResponseMessage response = connection.Send(
            () => new HttpRequestMessage(HttpMethod.Post, Relative($"{repository}/blobs/uploads/{query}")) { Content = new ByteArrayContent([]) },
            scopes, $"upload to {repository}", ct);
        return response.StatusCode == HttpStatusCode.Created ? null : Location(response, $"upload to {repository}");
    }

    /// <summary>Sends the bytes; where the connection breaks the registry says how far it got.</summary>
    private Uri Append(Uri upload, Descriptor blob, Func<long, Stream> open, string[] scopes, string subject, CancellationToken ct)
    {
        long sent = 0;
        for (int attempt = 1; sent < blob.Size; attempt++)
        {
            try
            {
                long from = sent;
                Uri to = upload;
                using HttpResponseMessage response = connection.SendOnce(() => Piece(to, blob, open(from), from), scopes, subject, ct);
                return Location(response, subject);
            }
            catch (RegistryException failure) when (failure.IsPassing && attempt < connection.Options.Attempts)
            {
                connection.Pause(attempt, TimeSpan.Zero, ct);
                (upload, sent) = Progress(upload, scopes, subject, ct);
                if (sent > blob.Size) { throw new RegistryException(RegistryFailure.BadAnswer, $"{subject}: the registry has {sent} bytes of {blob.Size}", "try again"); }
            }
        }

        return upload;
    }

    private (Uri Upload, long Sent) Progress(Uri upload, string[] scopes, string subject, CancellationToken ct)
    {
        using HttpResponseMessage response = connection.Send(() => new HttpRequestMessage(HttpMethod.Get, upload), scopes, subject, ct);
        string range = response.Headers.TryGetValues("Range", out IEnumerable<string>? values) ? values.First() : "";
        string last = range[(range.IndexOf('-', StringComparison.Ordinal) + 1)..];
        long sent = long.TryParse(last, System.Globalization.CultureInfo.InvariantCulture, out long end) && end > 0 ? end + 1 : 0; // "0-0" is said for nothing
        return (response.Headers.Location is null ? upload : Location(response, subject), sent);
    }

    private static HttpRequestMessage Piece(Uri upload, Descriptor blob, Stream bytes, long from)
    {
        var content = new StreamContent(bytes, 128 << 10);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        content.Headers.ContentLength = blob.Size - from;
        if (from > 0) { content.Headers.TryAddWithoutValidation("Content-Range", $"{from}-{blob.Size - 1}"); }

        return new HttpRequestMessage(HttpMethod.Patch, upload) { Content = content };
    }

    private static HttpRequestMessage Finish(Uri end, Descriptor blob, Func<long, Stream> open)
    {
        HttpContent content = blob.Size > SmallBlobBytes ? new ByteArrayContent([]) : new StreamContent(open(0));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        content.Headers.ContentLength = blob.Size > SmallBlobBytes ? 0 : blob.Size;
        return new HttpRequestMessage(HttpMethod.Put, end) { Content = content };
    }

    private static Uri WithDigest(Uri upload, Digest digest)
    {
        string text = upload.OriginalString;
        return new Uri($"{text}{(text.Contains('?', StringComparison.Ordinal) ? '&' : '?')}digest={Uri.EscapeDataString(digest.ToString())}", UriKind.RelativeOrAbsolute);
    }

    private static Uri Location(HttpResponseMessage response, string subject)
    {
        Uri? location = response.Headers.Location;
        Uri? asked = response.RequestMessage?.RequestUri;
        return location is null ? throw new RegistryException(RegistryFailure.BadAnswer, $"{subject}: the registry does not say where to send the bytes")
            : location.IsAbsoluteUri && !location.IsFile ? location
            : new Uri(asked!, location.OriginalString); // every answer has its request
    }

    private static ByteArrayContent Content(byte[] bytes, string mediaType)
    {
        var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new MediaTypeHeaderValue(mediaType);
        return content;
    }
}
