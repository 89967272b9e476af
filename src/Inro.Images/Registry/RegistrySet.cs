using Inro.Spec.Image;

namespace Inro.Images.Registry;

/// <summary>A repository at the servers that have it, the first to be asked first: mirrors, then the registry itself.</summary>
public sealed class RegistrySet : IDisposable
{
    /// <summary>Connections besides the one that each blob has.</summary>
    private const int ExtraConnections = 6;

    private readonly IReadOnlyList<(RegistryClient Client, string Repository)> sources;
    private readonly SemaphoreSlim extra = new(ExtraConnections);
    private readonly ForeignLayers foreign;

    /// <summary>Clients are closed with this object.</summary>
    /// <param name="sources">At least one.</param>
    public RegistrySet(IReadOnlyList<(RegistryClient Client, string Repository)> sources)
    {
        this.sources = sources;
        foreign = new ForeignLayers(sources[^1].Client.Connection.Options);
    }

    /// <summary>What a tag or digest stands for.</summary>
    public RegistryDocument GetDocument(string reference, CancellationToken ct) => First((client, repository) => client.GetDocument(repository, reference, ct));

    /// <summary>A blob from a place on; where one server does not have it or breaks off, the next goes on. A big one comes over several connections where one is slow.</summary>
    public Stream OpenBlob(Descriptor blob, long from, CancellationToken ct) =>
        blob.Size - from >= WideBlobStream.LeastBytes ? new WideBlobStream((start, end, stop) => Part(blob, start, end, stop), extra, blob.Size, from, ct) : Part(blob, from, blob.Size, ct);

    /// <summary>A small blob, whole and as its digest says.</summary>
    public byte[] ReadBlob(Descriptor blob, CancellationToken ct) => First((client, repository) => client.ReadBlob(repository, blob, ct));

    /// <summary>What refers to a manifest, as the registry itself knows: a mirror need not.</summary>
    public IReadOnlyList<Descriptor> ListReferrers(Spec.Digest digest, CancellationToken ct) => sources[^1].Client.ListReferrers(sources[^1].Repository, digest, ct);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach ((RegistryClient client, _) in sources) { client.Dispose(); }

        foreign.Dispose();
        extra.Dispose();
    }

    private BlobStream Part(Descriptor blob, long from, long end, CancellationToken ct)
    {
        long? last = end < blob.Size ? end - 1 : null;
        return new BlobStream(at => Request(blob, at, last, ct), sources[^1].Client.Connection, blob, from, end, ct);
    }

    private HttpResponseMessage Request(Descriptor blob, long at, long? last, CancellationToken ct)
    {
        try { return First((client, repository) => client.RequestBlob(repository, blob.Digest, at, last, ct)); }
        catch (RegistryException missing) when (missing.Failure == RegistryFailure.NotFound && ForeignLayers.AddressesOf(blob) is { Count: > 0 } addresses)
        {
            return foreign.Request(addresses, at, last, ct);
        }
    }

    /// <summary>The first answer. Where nobody has one, the registry's own reason is told: a mirror need not have everything.</summary>
    private T First<T>(Func<RegistryClient, string, T> ask)
    {
        for (int i = 0; ; i++)
        {
            try { return ask(sources[i].Client, sources[i].Repository); }
            catch (RegistryException) when (i < sources.Count - 1)
            {
                // the next one is asked
            }
        }
    }
}
