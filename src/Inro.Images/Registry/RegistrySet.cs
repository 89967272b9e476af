using Inro.Spec.Image;

namespace Inro.Images.Registry;

/// <summary>A repository at the servers that have it, the first to be asked first: mirrors, then the registry itself.</summary>
public sealed class RegistrySet : IDisposable
{
    private readonly IReadOnlyList<(RegistryClient Client, string Repository)> sources;

    /// <summary>Clients are closed with this object.</summary>
    /// <param name="sources">At least one.</param>
    public RegistrySet(IReadOnlyList<(RegistryClient Client, string Repository)> sources) => this.sources = sources;

    /// <summary>What a tag or digest stands for.</summary>
    public RegistryDocument GetDocument(string reference, CancellationToken ct) => First((client, repository) => client.GetDocument(repository, reference, ct));

    /// <summary>A blob from a place on; where one server does not have it or breaks off, the next goes on.</summary>
    public Stream OpenBlob(Descriptor blob, long from, CancellationToken ct) =>
        new BlobStream(at => First((client, repository) => client.RequestBlob(repository, blob.Digest, at, ct)), sources[^1].Client.Connection, blob, from, ct);

    /// <summary>A small blob, whole and as its digest says.</summary>
    public byte[] ReadBlob(Descriptor blob, CancellationToken ct) => First((client, repository) => client.ReadBlob(repository, blob, ct));

    /// <summary>What refers to a manifest, as the registry itself knows: a mirror need not.</summary>
    public IReadOnlyList<Descriptor> ListReferrers(Spec.Digest digest, CancellationToken ct) => sources[^1].Client.ListReferrers(sources[^1].Repository, digest, ct);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach ((RegistryClient client, _) in sources) { client.Dispose(); }
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
