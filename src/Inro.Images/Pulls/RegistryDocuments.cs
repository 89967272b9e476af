using Inro.Images.Bytes;
using Inro.Images.Content;
using Inro.Images.Registry;
using Inro.Images.Transfers;
using Inro.Spec;
using Inro.Spec.Image;

namespace Inro.Images.Pulls;

/// <summary>An image's documents and layers at a registry; what the store has is not asked for again.</summary>
/// <param name="registry">Where.</param>
/// <param name="content">The store.</param>
/// <param name="target">What the reference stands for.</param>
/// <param name="ct">Ends it.</param>
internal sealed class RegistryDocuments(RegistrySet registry, ContentStore content, RegistryDocument target, CancellationToken ct) : IImageDocuments
{
    private readonly Dictionary<Digest, byte[]> indexes = [];

    public string Name => "the registry";

    /// <summary>The indexes that were read.</summary>
    public IReadOnlyList<(Digest Digest, byte[] Bytes)> Indexes => [.. indexes.Select(static i => (i.Key, i.Value))];

    public byte[] Read(Descriptor descriptor, int maxBytes)
    {
        if (descriptor.Size > maxBytes) { throw new ImageException($"{descriptor.Digest} has {descriptor.Size} bytes, the limit is {maxBytes}"); }

        byte[] bytes = descriptor.Digest == target.Descriptor.Digest ? target.Bytes : FromStore(descriptor, maxBytes) ?? Fetch(descriptor);
        if (bytes.Length != descriptor.Size) { throw new BlobMismatchException($"{descriptor.Digest}: {bytes.Length} bytes, its descriptor says {descriptor.Size}"); }

        if (MediaTypes.IsIndex(descriptor.MediaType)) { indexes[descriptor.Digest] = bytes; }

        return bytes;
    }

    public LayerOrigin FindLayer(Descriptor descriptor) => new RegistryLayer(registry, descriptor, ct);

    private byte[]? FromStore(Descriptor descriptor, int maxBytes)
    {
        try { return content.Contains(descriptor.Digest) ? content.Read(descriptor.Digest, maxBytes) : null; }
        catch (BlobMismatchException)
        {
            content.Remove(descriptor.Digest); // it was changed on the disk: the registry's is fetched in its place
            return null;
        }
    }

    private byte[] Fetch(Descriptor descriptor) => MediaTypes.IsIndex(descriptor.MediaType) || MediaTypes.IsManifest(descriptor.MediaType)
        ? registry.GetDocument(descriptor.Digest.ToString(), ct).Bytes
        : registry.ReadBlob(descriptor, ct);
}

/// <summary>A layer at a registry.</summary>
internal sealed class RegistryLayer(RegistrySet registry, Descriptor descriptor, CancellationToken ct) : LayerOrigin
{
    public override long Size => descriptor.Size;

    public override bool IsRemote => true;

    public override Stream Open(long from = 0) => registry.OpenBlob(descriptor, from, ct);
}
