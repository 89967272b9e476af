using Inro.Images.Archives;
using Inro.Images.Bytes;
using Inro.Images.Registry;
using Inro.Images.Transfers;
using Inro.Spec;
using Inro.Spec.Image;

namespace Inro.Images.Copies;

/// <summary>An image whose parts are plain files of a directory: <c>manifest.json</c>, manifests of an index as <c>HEX.manifest.json</c>, blobs as <c>HEX</c>.</summary>
/// <remarks>Source: containers-transports(5), "dir:path".</remarks>
internal sealed class DirectoryCopySource : CopySource
{
    private readonly ArchiveFiles files;

    /// <param name="files">Closed with this object.</param>
    /// <param name="name">What errors call it.</param>
    public DirectoryCopySource(ArchiveFiles files, string name)
    {
        this.files = files;
        Name = name;
        byte[] bytes = files.Read("manifest.json", OciDocument.MaxManifestBytes);
        string type = OciDocument.MediaTypeOf(bytes) ?? throw new ImageException($"{name}: manifest.json is neither an index nor a manifest");
        Target = new RegistryDocument(bytes, new Descriptor { MediaType = type, Digest = Digest.Sha256(bytes), Size = bytes.Length });
    }

    public override string Name { get; }

    internal override RegistryDocument Target { get; }

    internal override byte[] Read(Descriptor descriptor, int maxBytes)
    {
        if (descriptor.Digest == Target.Descriptor.Digest) { return Target.Bytes; }

        bool isDocument = MediaTypes.IsIndex(descriptor.MediaType) || MediaTypes.IsManifest(descriptor.MediaType);
        byte[] bytes = files.Read(isDocument ? descriptor.Digest.Hex + ".manifest.json" : descriptor.Digest.Hex, maxBytes);
        using var verifying = new VerifyingStream(new MemoryStream(bytes, writable: false), descriptor.Digest, descriptor.Size);
        verifying.Finish();
        return bytes;
    }

    internal override LayerOrigin FindLayer(Descriptor descriptor) => files.FindLayer(descriptor.Digest.Hex);

    private protected override void Close() => files.Dispose();
}
