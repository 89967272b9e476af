using Inro.Images.Registry;
using Inro.Images.Transfers;
using Inro.Spec;
using Inro.Spec.Image;

namespace Inro.Images.Copies;

/// <summary>Rewrites documents between OCI's words and Docker's. Blobs stay as they are; the digests of the documents change.</summary>
internal static class DocumentConversion
{
    /// <summary>Whether a document is written in those words already.</summary>
    public static bool Is(string mediaType, DocumentFormat format) => mediaType is MediaTypes.OciIndex or MediaTypes.OciManifest == (format == DocumentFormat.Oci);

    /// <summary>A manifest in those words.</summary>
    /// <exception cref="ImageException">It has something that cannot be said in them.</exception>
    public static RegistryDocument Manifest(Manifest manifest, DocumentFormat format)
    {
        bool isOci = format == DocumentFormat.Oci;
        if (!isOci && (manifest.ArtifactType is not null || manifest.Subject is not null)) { throw Unsayable("a manifest that is no image"); }

        string type = isOci ? MediaTypes.OciManifest : MediaTypes.DockerManifest;
        Manifest converted = manifest with
        {
            MediaType = type,
            Config = manifest.Config with { MediaType = Type(manifest.Config.MediaType, format) },
            Layers = [.. manifest.Layers.Select(l => l with { MediaType = Type(l.MediaType, format), Annotations = isOci ? l.Annotations : null })],
            Annotations = isOci ? manifest.Annotations : null,
        };
        return Document(OciDocument.Write(converted), type);
    }

    /// <summary>An index in those words, of manifests that are.</summary>
    public static RegistryDocument Index(ImageIndex index, IReadOnlyList<Descriptor> manifests, DocumentFormat format)
    {
        bool isOci = format == DocumentFormat.Oci;
        string type = isOci ? MediaTypes.OciIndex : MediaTypes.DockerIndex;
        ImageIndex converted = index with { MediaType = type, Manifests = manifests, Annotations = isOci ? index.Annotations : null };
        return Document(OciDocument.Write(converted), type);
    }

    private static RegistryDocument Document(byte[] bytes, string type) => new(bytes, new Descriptor { MediaType = type, Digest = Digest.Sha256(bytes), Size = bytes.Length });

    private static string Type(string type, DocumentFormat format) => (format, type) switch
    {
        (DocumentFormat.Oci, MediaTypes.DockerConfig) => MediaTypes.OciConfig,
        (DocumentFormat.Oci, MediaTypes.DockerLayerGzip) => MediaTypes.OciLayerGzip,
        (DocumentFormat.Oci, MediaTypes.DockerLayerTar) => MediaTypes.OciLayerTar,
        (DocumentFormat.Oci, MediaTypes.DockerForeignLayerGzip) => MediaTypes.OciForeignLayerGzip,
        (DocumentFormat.Docker, MediaTypes.OciConfig) => MediaTypes.DockerConfig,
        (DocumentFormat.Docker, MediaTypes.OciLayerGzip) => MediaTypes.DockerLayerGzip,
        (DocumentFormat.Docker, MediaTypes.OciLayerTar) => MediaTypes.DockerLayerTar,
        (DocumentFormat.Docker, MediaTypes.OciForeignLayerGzip) => MediaTypes.DockerForeignLayerGzip,
        (DocumentFormat.Docker, MediaTypes.DockerConfig or MediaTypes.DockerLayerGzip or MediaTypes.DockerLayerTar or MediaTypes.DockerForeignLayerGzip) => type,
        (DocumentFormat.Docker, _) => throw Unsayable($"a part of the type '{type}'"),
        _ => type,
    };

    private static ImageException Unsayable(string what) => new($"Docker's schema 2 has no words for {what}", "copy it without --format v2s2");
}
