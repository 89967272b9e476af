using Inro.Images.Bytes;
using Inro.Images.Content;
using Inro.Images.Transfers;
using Inro.Linux.Files;
using Inro.Spec;
using Inro.Spec.Image;

namespace Inro.Images.Archives;

/// <summary>One image to be saved, and the names that it gets in the archive.</summary>
/// <param name="Manifest">Digest of its manifest.</param>
/// <param name="References">Its names; empty for none.</param>
public sealed record SavedImage(Digest Manifest, IReadOnlyList<ImageReference> References);

/// <summary>Writes images of the store into an archive, every blob compared with its digest on the way.</summary>
/// <param name="root">The store's directory; owned by the caller.</param>
/// <param name="content">Where blobs are.</param>
public sealed class ImageSaver(DirFd root, ContentStore content)
{
    private static readonly TimeSpan LockDeadline = TimeSpan.FromMinutes(5);

    /// <summary>Writes.</summary>
    /// <param name="images">Which, in this order.</param>
    /// <param name="platform">What they must run on; null: whatever they do.</param>
    /// <param name="output">Where to; owned by the caller, of no use after a failure.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="ImageException">A blob is missing or changed, or an image is not for the platform.</exception>
    public void Save(IReadOnlyList<SavedImage> images, Platform? platform, Stream output, CancellationToken ct)
    {
        using FileLock shared = StoreLock.Share(root, LockDeadline); // what is removed meanwhile keeps its blobs until the end
        try
        {
            Document[] documents = [.. images.Select(i => Read(i, platform))]; // before the first byte is written
            var writer = new ImageArchiveWriter(output);
            foreach (Document image in documents) { Write(image, writer, ct); }

            writer.Finish();
        }
        catch (Exception damage) when (damage is BlobNotFoundException or BlobMismatchException or FormatException)
        {
            throw new ImageException(damage.Message, "pull or load the image again", damage);
        }
    }

    private Document Read(SavedImage image, Platform? wanted)
    {
        byte[] manifestBytes = content.Read(image.Manifest, OciDocument.MaxManifestBytes);
        Manifest manifest = OciDocument.ReadManifest(manifestBytes);
        byte[] configBytes = content.Read(manifest.Config.Digest, OciDocument.MaxConfigBytes);
        Platform? platform = OciDocument.ReadConfig(configBytes).Platform;
        ImagePlatform.Check(platform, wanted, image.References.Count > 0 ? image.References[0].Familiar : image.Manifest.ToString());
        return new Document(image, manifestBytes, manifest, configBytes, platform);
    }

    private void Write(Document image, ImageArchiveWriter writer, CancellationToken ct)
    {
        writer.AddDocument(image.Image.Manifest, image.ManifestBytes);
        writer.AddDocument(image.Manifest.Config.Digest, image.ConfigBytes);
        foreach (Descriptor layer in image.Manifest.Layers)
        {
            if (writer.Contains(layer.Digest)) { continue; }

            using Stream bytes = content.OpenUnverified(layer.Digest);
            writer.AddBlob(layer.Digest, layer.Size, bytes, ct);
        }

        writer.AddImage(new ArchivedImage
        {
            Target = new Descriptor
            {
                MediaType = OciDocument.MediaTypeOf(image.ManifestBytes) ?? MediaTypes.OciManifest,
                Digest = image.Image.Manifest,
                Size = image.ManifestBytes.Length,
                Platform = image.Platform,
            },
            References = image.Image.References,
            Config = image.Manifest.Config.Digest,
            Layers = [.. image.Manifest.Layers.Select(static l => l.Digest)],
        });
    }

    private sealed record Document(SavedImage Image, byte[] ManifestBytes, Manifest Manifest, byte[] ConfigBytes, Platform? Platform);
}
