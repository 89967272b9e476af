using Inro.Images.Bytes;
using Inro.Images.Content;
using Inro.Images.Layers;
using Inro.Images.Layers.Tar;
using Inro.Images.Snapshots;
using Inro.Images.Transfers;
using Inro.Linux.Files;
using Inro.Spec;
using Inro.Spec.Image;

namespace Inro.Images.Checks;

/// <summary>An image whose blobs are in the store, and whose rows or layers are not.</summary>
public sealed record RestoredImage
{
    /// <summary>Digest of its manifest.</summary>
    public required Digest Manifest { get; init; }

    /// <summary>Its names; empty for none.</summary>
    public required IReadOnlyList<ImageReference> References { get; init; }

    /// <summary>What its names stand for at their registry; null: it is not known.</summary>
    public Digest? Target { get; init; }
}

/// <summary>Makes rows and layers of images anew out of their blobs.</summary>
/// <param name="root">The store's directory; owned by the caller, who holds its lock.</param>
/// <param name="content">Where blobs are.</param>
/// <param name="snapshots">Where layers go.</param>
/// <param name="metadata">Where rows go.</param>
public sealed class ImageRestorer(DirFd root, ContentStore content, SnapshotStore snapshots, IImageMetadata metadata)
{
    /// <summary>Makes what is missing of one image.</summary>
    /// <exception cref="ImageException">A blob is missing or changed, or they are no image.</exception>
    public void Restore(RestoredImage image, TransferOptions options, CancellationToken ct)
    {
        try
        {
            var planner = new ImagePlanner(new StoreDocuments(content), options.Platform);
            PlannedImage planned = planner.Plan(DescriptorOf(image.Manifest), image.References) with { Target = image.Target, Indexes = Indexes(image) };
            using BlobIngest sign = content.BeginIngest(); // stays after a kill, so that the next command removes the layers that were being unpacked
            using var transaction = new ImageTransaction(root, content, snapshots, metadata, options, progress: null);
            transaction.UnpackAsync([planned], ct).GetAwaiter().GetResult();
            transaction.Commit();
        }
        catch (Exception failure) when (failure is FormatException or TarFormatException or BlobMismatchException or BlobNotFoundException or LayerException { IsDamage: true } or InvalidDataException)
        {
            throw new ImageException(failure.Message, cause: failure);
        }
    }

    /// <summary>The manifests of images among the blobs: those whose config and layers are there, too.</summary>
    public IReadOnlyList<Digest> FindManifests()
    {
        List<Digest> found = [];
        foreach (Digest blob in content.List())
        {
            if (content.SizeOf(blob) is not (> 0 and <= OciDocument.MaxManifestBytes)) { continue; }

            try
            {
                byte[] bytes = content.Read(blob, OciDocument.MaxManifestBytes);
                if (bytes[0] != (byte)'{' || OciDocument.MediaTypeOf(bytes) is not { } type || !MediaTypes.IsManifest(type)) { continue; }

                Manifest manifest = OciDocument.ReadManifest(bytes);
                if (manifest.Layers.All(l => content.Contains(l.Digest)) && content.Contains(manifest.Config.Digest)) { found.Add(blob); }
            }
            catch (Exception other) when (other is FormatException or BlobMismatchException or BlobNotFoundException or InvalidDataException) { /* a layer, a config, or damaged */ }
        }

        return found;
    }

    private Descriptor DescriptorOf(Digest manifest)
    {
        byte[] bytes = content.Read(manifest, OciDocument.MaxManifestBytes);
        return new Descriptor { MediaType = OciDocument.MediaTypeOf(bytes) ?? MediaTypes.OciManifest, Digest = manifest, Size = bytes.Length };
    }

    private IReadOnlyList<(Digest Digest, byte[] Bytes)> Indexes(RestoredImage image)
    {
        if (image.Target is not { } target || target == image.Manifest || !content.Contains(target)) { return []; }

        try { return [(target, content.Read(target, OciDocument.MaxManifestBytes))]; }
        catch (BlobMismatchException) { return []; }
    }
}
