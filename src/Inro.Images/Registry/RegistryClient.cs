using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Inro.Spec;
using Inro.Spec.Distribution;
using Inro.Spec.Image;

namespace Inro.Images.Registry;

/// <summary>One server of a registry, spoken to as the distribution specification says.</summary>
/// <remarks>Source: OCI distribution-spec v1.1.1. Parts: <c>RegistryClient.Push.cs</c>. Safe for several threads.</remarks>
public sealed partial class RegistryClient : IDisposable
{
    private const int MaxListBytes = 16 << 20;
    private const int MaxPages = 10_000;

    private static readonly string[] Documents =
        [MediaTypes.OciIndex, MediaTypes.DockerIndex, MediaTypes.OciManifest, MediaTypes.DockerManifest, MediaTypes.DockerManifestV1Signed];

    private readonly RegistryConnection connection;

    /// <summary>Asks nothing yet.</summary>
    public RegistryClient(RegistryHost host, RegistryOptions options) => connection = new RegistryConnection(host, options);

    /// <summary>Which server.</summary>
    public RegistryHost Host => connection.Host;

    /// <summary>Asks whether it is a registry, and whether it knows who asks.</summary>
    public void Ping(CancellationToken ct) => connection.Send(static () => Get(""), [], "the registry", ct).Dispose();

    /// <summary>What a tag or a digest stands for, without its bytes where the registry tells enough.</summary>
    public Descriptor Resolve(string repository, string reference, CancellationToken ct)
    {
        using HttpResponseMessage response = connection.Send(() => Document(HttpMethod.Head, repository, reference), [Pull(repository)], Subject(repository, reference), ct);
        string? type = response.Content.Headers.ContentType?.MediaType;
        return type is not null && response.Content.Headers.ContentLength is { } size && DigestOf(response) is { } digest && Agrees(reference, digest)
            ? new Descriptor { MediaType = type, Digest = digest, Size = size }
            : GetDocument(repository, reference, ct).Descriptor;
    }

    /// <summary>The index or manifest of a tag or a digest.</summary>
    /// <exception cref="RegistryException">It is not there, or not what its digest says.</exception>
    public RegistryDocument GetDocument(string repository, string reference, CancellationToken ct) => connection.Send(
        () => Document(HttpMethod.Get, repository, reference), [Pull(repository)], Subject(repository, reference), response => Read(response, repository, reference), ct);

    internal RegistryConnection Connection => connection;

    /// <summary>A small blob, whole and as its digest says.</summary>
    public byte[] ReadBlob(string repository, Descriptor blob, CancellationToken ct) => connection.Send(
        () => Blob(repository, blob.Digest, 0), [Pull(repository)], $"blob {blob.Digest}", response => Verified(AnswerBody.Read(response, (int)blob.Size), blob), ct);

    internal HttpResponseMessage RequestBlob(string repository, Digest digest, long from, CancellationToken ct) =>
        connection.Send(() => Blob(repository, digest, from), [Pull(repository)], $"blob {digest}", ct);

    /// <summary>True where the repository has the blob.</summary>
    public bool HasBlob(string repository, Digest digest, CancellationToken ct)
    {
        try
        {
            connection.Send(() => new HttpRequestMessage(HttpMethod.Head, Relative($"{repository}/blobs/{digest}")), [Pull(repository)], $"blob {digest}", ct).Dispose();
            return true;
        }
        catch (RegistryException missing) when (missing.Failure == RegistryFailure.NotFound) { return false; }
    }

    /// <summary>Tags of a repository.</summary>
    public IEnumerable<string> ListTags(string repository, CancellationToken ct) =>
        Pages($"{repository}/tags/list", [Pull(repository)], $"repository {repository}", DistributionJson.Default.TagList, static page => page.Tags, ct);

    /// <summary>Repositories of the registry, where it tells.</summary>
    public IEnumerable<string> ListRepositories(CancellationToken ct) =>
        Pages("_catalog", ["registry:catalog:*"], "the list of repositories", DistributionJson.Default.RepositoryList, static page => page.Repositories, ct);

    /// <summary>What refers to a manifest: signatures, lists of parts.</summary>
    /// <remarks>A registry without the call keeps them in an index under a tag made of the digest.</remarks>
    public IReadOnlyList<Descriptor> ListReferrers(string repository, Digest digest, CancellationToken ct)
    {
        try
        {
            byte[] index = connection.Send(
                () => Get($"{repository}/referrers/{digest}"), [Pull(repository)], $"referrers of {digest}", static response => AnswerBody.Read(response, OciDocument.MaxManifestBytes), ct);
            return OciDocument.ReadIndex(index).Manifests;
        }
        catch (RegistryException missing) when (missing.Failure == RegistryFailure.NotFound)
        {
            try { return OciDocument.ReadIndex(GetDocument(repository, $"{digest.Algorithm}-{digest.Hex}", ct).Bytes).Manifests; }
            catch (RegistryException none) when (none.Failure == RegistryFailure.NotFound) { return []; }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => connection.Dispose();

    internal static string Pull(string repository) => $"repository:{repository}:pull";

    private byte[] Verified(byte[] bytes, Descriptor blob) => bytes.Length == blob.Size && Digest.Of(blob.Digest.Algorithm, bytes) == blob.Digest
        ? bytes
        : throw new RegistryException(RegistryFailure.Changed, $"blob {blob.Digest} at {Host.Name}: it came as {bytes.Length} other bytes", "something between here and the registry changes what passes; try another mirror");

    private RegistryDocument Read(HttpResponseMessage response, string repository, string reference)
    {
        byte[] bytes = AnswerBody.Read(response, OciDocument.MaxManifestBytes);
        Digest? wanted = Digest.TryParse(reference, out Digest named) ? named : DigestOf(response);
        Digest actual = wanted is { } w ? Digest.Of(w.Algorithm, bytes) : Digest.Sha256(bytes);
        if (wanted is { } expected && expected != actual)
        {
            throw new RegistryException(RegistryFailure.Changed, $"{Subject(repository, reference)} at {Host.Name}: its digest is {actual}, not {expected}", "something between here and the registry changes what passes; try another mirror");
        }

        string type = response.Content.Headers.ContentType?.MediaType ?? "";
        return new RegistryDocument(bytes, new Descriptor { MediaType = OciDocument.MediaTypeOf(bytes) ?? type, Digest = actual, Size = bytes.Length });
    }

    private IEnumerable<string> Pages<T>(string path, string[] scopes, string subject, JsonTypeInfo<T> type, Func<T, IReadOnlyList<string?>?> items, CancellationToken ct)
    {
        string? next = path;
        for (int page = 0; next is not null && page < MaxPages; page++)
        {
            string current = next;
            (byte[] body, next) = connection.Send(() => Get(current), scopes, subject, static response => (AnswerBody.Read(response, MaxListBytes), NextPage(response)), ct);
            foreach (string item in (items(Parse(body, type, subject)) ?? []).OfType<string>()) { yield return item; }
        }
    }

    private T Parse<T>(byte[] body, JsonTypeInfo<T> type, string subject)
    {
        try { return JsonSerializer.Deserialize(body, type) ?? throw new JsonException("the document is null"); }
        catch (JsonException malformed) { throw new RegistryException(RegistryFailure.BadAnswer, $"{subject} at {Host.Name} cannot be read: {malformed.Message}", cause: malformed); }
    }

    /// <summary>The header <c>Link: &lt;/v2/app/tags/list?n=100&amp;last=x&gt;; rel="next"</c>, relative to <c>/v2/</c>.</summary>
    private static string? NextPage(HttpResponseMessage response)
    {
        if (!response.Headers.TryGetValues("Link", out IEnumerable<string>? links)) { return null; }

        foreach (string link in links)
        {
            int open = link.IndexOf('<', StringComparison.Ordinal);
            int close = link.IndexOf('>', StringComparison.Ordinal);
            if (open < 0 || close < open || !link[close..].Contains("next", StringComparison.Ordinal)) { continue; }

            string target = link[(open + 1)..close];
            int api = target.IndexOf("/v2/", StringComparison.Ordinal); // only the path counts: a list leads to no other server
            return api >= 0 ? target[(api + 4)..] : null;
        }

        return null;
    }

    private static Digest? DigestOf(HttpResponseMessage response) =>
        response.Headers.TryGetValues("Docker-Content-Digest", out IEnumerable<string>? values) && Digest.TryParse(values.First(), out Digest digest) ? digest : null;

    private static bool Agrees(string reference, Digest digest) => !Digest.TryParse(reference, out Digest named) || named == digest;

    private static string Subject(string repository, string reference) => reference.Contains(':', StringComparison.Ordinal) ? $"{repository}@{reference}" : $"{repository}:{reference}";

    private static HttpRequestMessage Document(HttpMethod method, string repository, string reference)
    {
        var request = new HttpRequestMessage(method, Relative($"{repository}/manifests/{reference}"));
        foreach (string type in Documents) { request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(type)); }

        return request;
    }

    private static HttpRequestMessage Blob(string repository, Digest digest, long from)
    {
        HttpRequestMessage request = Get($"{repository}/blobs/{digest}");
        if (from > 0) { request.Headers.Range = new RangeHeaderValue(from, null); }

        return request;
    }

    private static HttpRequestMessage Get(string path) => new(HttpMethod.Get, Relative(path));

    private static Uri Relative(string path) => new(path, UriKind.Relative);
}

/// <summary>An index or a manifest as a registry has it.</summary>
/// <param name="Bytes">As they are: their digest is what it is known by.</param>
/// <param name="Descriptor">What it is.</param>
public sealed record RegistryDocument(byte[] Bytes, Descriptor Descriptor);
