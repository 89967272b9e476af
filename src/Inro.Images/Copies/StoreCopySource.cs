using Inro.Images.Bytes;
using Inro.Images.Content;
using Inro.Images.Registry;
using Inro.Images.Transfers;
using Inro.Spec;
using Inro.Spec.Image;

namespace Inro.Images.Copies;

/// <summary>An image of the store: the manifest that was pulled or loaded, for its one platform.</summary>
public sealed class StoreCopySource : CopySource
{
    private readonly ContentStore content;
    private readonly IImageMetadata metadata;

    /// <summary>Reads the manifest.</summary>
    /// <param name="content">Where blobs are.</param>
    /// <param name="metadata">Which repositories of a registry are likely to have a blob.</param>
    /// <param name="manifest">Digest of the image's manifest.</param>
    /// <param name="name">What errors call it.</param>
    /// <exception cref="BlobNotFoundException">The manifest is missing.</exception>
    /// <exception cref="BlobMismatchException">The manifest was changed.</exception>
    public StoreCopySource(ContentStore content, IImageMetadata metadata, Digest manifest, string name)
    {
        this.content = content;
        this.metadata = metadata;
        Name = name;
        byte[] bytes = content.Read(manifest, OciDocument.MaxManifestBytes);
        Target = new RegistryDocument(bytes, new Descriptor { MediaType = OciDocument.MediaTypeOf(bytes) ?? MediaTypes.OciManifest, Digest = manifest, Size = bytes.Length });
    }

    /// <inheritdoc/>
    public override string Name { get; }

    internal override RegistryDocument Target { get; }

    internal override byte[] Read(Descriptor descriptor, int maxBytes)
    {
        byte[] bytes = content.Read(descriptor.Digest, maxBytes);
        return bytes.Length == descriptor.Size ? bytes : throw new BlobMismatchException($"blob {descriptor.Digest}: {bytes.Length} bytes, its descriptor says {descriptor.Size}");
    }

    internal override LayerOrigin FindLayer(Descriptor descriptor) => new StoredBlob(content, descriptor.Digest);

    /// <summary>Another repository of the same registry that an image here came from.</summary>
    internal override string? RepositoryAt(RegistryHost host, Digest blob)
    {
        foreach (ImageRecord other in metadata.ListImages())
        {
            if (other.Reference is null || other.Target is null || !other.Blobs.Contains(blob)) { continue; }

            ImageReference name = ImageReference.Parse(other.Reference);
            if (name.Host == host.Name) { return name.Repository; }
        }

        return null;
    }

    private sealed class StoredBlob(ContentStore content, Digest digest) : LayerOrigin
    {
        public override long Size => content.SizeOf(digest) ?? throw new BlobNotFoundException(digest);

        public override Stream Open(long from = 0) => content.OpenUnverified(digest);
    }
}
