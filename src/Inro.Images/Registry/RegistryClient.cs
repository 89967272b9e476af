using System.Net.Http.Headers;
using Inro.Spec;
using Inro.Spec.Image;

namespace Inro.Images.Registry;

/// <summary>One server of a registry, spoken to as the distribution specification says.</summary>
/// <remarks>Source: OCI distribution-spec v1.1.1. Parts: <c>RegistryClient.Push.cs</c>, <c>RegistryClient.Lists.cs</c>, <c>RegistryClient.Referrers.cs</c>. Safe for several threads.</remarks>
public sealed partial class RegistryClient : IDisposable
{
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
        () => Blob(repository, blob.Digest, 0, null), [Pull(repository)], $"blob {blob.Digest}", response => Verified(AnswerBody.Read(response, (int)blob.Size), blob), ct);

    internal HttpResponseMessage RequestBlob(string repository, Digest digest, long from, long? last, CancellationToken ct) =>
        connection.Send(() => Blob(repository, digest, from, last), [Pull(repository)], $"blob {digest}", ct);

    /// <summary>A file of this server that is no blob of a repository.</summary>
    internal HttpResponseMessage RequestFile(Uri address, long from, long? last, CancellationToken ct) => connection.Send(
        () => Part(new HttpRequestMessage(HttpMethod.Get, address), from, last), [], $"foreign layer {address.AbsolutePath}", ct);

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

    /// <inheritdoc/>
    public void Dispose() => connection.Dispose();

    internal static string Pull(string repository) => $"repository:{repository}:pull";

    private byte[] Verified(byte[] bytes, Descriptor blob) => bytes.Length == blob.Size && Digest.Of(blob.Digest.Algorithm, bytes) == blob.Digest
        ? bytes
        : throw new RegistryException(RegistryFailure.Changed, $"blob {blob.Digest} at {Host.Name}: it came as {bytes.Length} other bytes", "something between here and the registry changes what passes; try another mirror");

    private RegistryDocument Read(HttpResponseMessage response, string repository, string reference)
    {
        byte[] bytes = AnswerBody.Read(response, OciDocument.MaxManifestBytes);
        string type = OciDocument.MediaTypeOf(bytes) ?? response.Content.Headers.ContentType?.MediaType ?? "";
        Digest? wanted = Digest.TryParse(reference, out Digest named) ? named : DigestOf(response);
        Digest actual = wanted is { } w ? Digest.Of(w.Algorithm, bytes) : Digest.Sha256(bytes);
        if (wanted is { } expected && expected != actual)
        {
            // what a signed manifest of schema 1 is known by is not the digest of its bytes: to ask again is in vain
            throw MediaTypes.IsSchemaOne(type)
                ? new RegistryException(RegistryFailure.BadAnswer, $"{Subject(repository, reference)} at {Host.Name} is a schema 1 manifest, which is not supported", "make the image again with a current program")
                : new RegistryException(RegistryFailure.Changed, $"{Subject(repository, reference)} at {Host.Name}: its digest is {actual}, not {expected}", "something between here and the registry changes what passes; try another mirror");
        }

        return new RegistryDocument(bytes, new Descriptor { MediaType = type, Digest = actual, Size = bytes.Length });
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

    private static HttpRequestMessage Blob(string repository, Digest digest, long from, long? last) => Part(Get($"{repository}/blobs/{digest}"), from, last);

    private static HttpRequestMessage Part(HttpRequestMessage request, long from, long? last)
    {
        if (from > 0 || last is not null) { request.Headers.Range = new RangeHeaderValue(from, last); }

        return request;
    }

    private static HttpRequestMessage Get(string path) => new(HttpMethod.Get, Relative(path));

    private static Uri Relative(string path) => new(path, UriKind.Relative);
}

/// <summary>An index or a manifest as a registry has it.</summary>
/// <param name="Bytes">As they are: their digest is what it is known by.</param>
/// <param name="Descriptor">What it is.</param>
public sealed record RegistryDocument(byte[] Bytes, Descriptor Descriptor);
