using Inro.Images.Bytes;
using Inro.Images.Content;
using Inro.Images.Transfers;
using Inro.Spec.Image;

namespace Inro.Images.Checks;

/// <summary>The documents and layers of images that the store has itself: what is unpacked anew is read from there.</summary>
/// <param name="content">The store.</param>
internal sealed class StoreDocuments(ContentStore content) : IImageDocuments
{
    public string Name => "the store";

    public byte[] Read(Descriptor descriptor, int maxBytes)
    {
        byte[] bytes = content.Read(descriptor.Digest, maxBytes);
        return bytes.Length == descriptor.Size ? bytes : throw new BlobMismatchException($"{descriptor.Digest}: {bytes.Length} bytes, its descriptor says {descriptor.Size}");
    }

    public LayerOrigin FindLayer(Descriptor descriptor) => new StoreLayer(content, descriptor, content.SizeOf(descriptor.Digest) ?? throw new BlobNotFoundException(descriptor.Digest));

    private sealed class StoreLayer(ContentStore content, Descriptor descriptor, long size) : LayerOrigin
    {
        public override long Size => size;

        public override Stream Open(long from = 0) => from == 0 ? content.OpenVerified(descriptor.Digest) : throw new NotSupportedException(); // a digest is of the whole
    }
}
