using Inro.Images.Bytes;
using Inro.Images.Content;
using Inro.Images.Layers;
using Inro.Images.Layers.Tar;
using Inro.Images.Registry;
using Inro.Images.Snapshots;
using Inro.Images.Transfers;
using Inro.Linux.Files;
using Inro.Spec;
using Inro.Spec.Image;

namespace Inro.Images.Pulls;

/// <summary>Fetches images from registries. Layers are unpacked while they come, and what has come counts for the next attempt.</summary>
/// <param name="root">The store's directory; owned by the caller.</param>
/// <param name="content">Where blobs go.</param>
/// <param name="snapshots">Where layers go.</param>
/// <param name="metadata">Where rows go.</param>
public sealed class ImagePuller(DirFd root, ContentStore content, SnapshotStore snapshots, IImageMetadata metadata)
{
    /// <summary>How long what an interrupted pull has fetched waits for the next attempt.</summary>
    private static readonly TimeSpan KeepFetched = TimeSpan.FromDays(2);

    /// <summary>Fetches one image.</summary>
    /// <param name="registry">Where it is.</param>
    /// <param name="reference">Its name; the digest counts where it has both a tag and a digest.</param>
    /// <param name="options">How.</param>
    /// <param name="progress">Told from several threads; null: nobody.</param>
    /// <param name="ct">Ends it; what has come is kept for the next attempt.</param>
    /// <exception cref="RegistryException">The registry does not give it.</exception>
    /// <exception cref="ImageException">It is no image, or none for the platform.</exception>
    public async Task<PulledImage> PullAsync(RegistrySet registry, ImageReference reference, TransferOptions options, IProgress<TransferProgress>? progress, CancellationToken ct)
    {
        RegistryDocument target = registry.GetDocument(reference.Digest?.ToString() ?? reference.Tag!, ct); // a reference has one of the two
        var documents = new RegistryDocuments(registry, content, target, ct);
        return await TakeAsync(documents, target, () => documents.Indexes, reference, target.Descriptor.Digest, options, progress, ct);
    }

    /// <summary>Takes an image from wherever its documents are.</summary>
    /// <param name="documents">Where they are.</param>
    /// <param name="target">The index or manifest.</param>
    /// <param name="indexes">The indexes that were read on the way to the manifest.</param>
    /// <param name="reference">The name that it gets.</param>
    /// <param name="origin">What that name stands for at its registry; null where it came from elsewhere.</param>
    /// <param name="options">How.</param>
    /// <param name="progress">Told from several threads; null: nobody.</param>
    /// <param name="ct">Ends it.</param>
    internal async Task<PulledImage> TakeAsync(
        IImageDocuments documents, RegistryDocument target, Func<IReadOnlyList<(Digest Digest, byte[] Bytes)>> indexes, ImageReference reference, Digest? origin,
        TransferOptions options, IProgress<TransferProgress>? progress, CancellationToken ct)
    {
        try
        {
            PlannedImage image = Plan(documents, target, reference, options) with { Target = origin, Indexes = indexes() };
            return await TakeAsync(image, target, options, progress, ct);
        }
        catch (Exception failure) when (failure is FormatException or TarFormatException or BlobMismatchException or LayerException or InvalidDataException)
        {
            throw new ImageException($"{reference.Familiar}: {failure.Message}", cause: failure);
        }
    }

    private async Task<PulledImage> TakeAsync(PlannedImage image, RegistryDocument target, TransferOptions options, IProgress<TransferProgress>? progress, CancellationToken ct)
    {
        ImageReference reference = image.References[0];
        string owner = $"pull {reference}";
        using FileLock shared = StoreLock.Share(root, options.LockDeadline);
        using BlobIngest sign = content.BeginIngest(); // stays after a kill, so that the next command removes the layers that were being unpacked
        content.RemovePartial(KeepFetched, TimeProvider.System.GetUtcNow()); // of pulls that nobody went on with
        metadata.Lease(owner, [image.ManifestDigest, image.ConfigDigest, .. image.Layers.Select(static l => l.Name)], KeepFetched);
        using var transaction = new ImageTransaction(root, content, snapshots, metadata, options, progress);
        ImageRecord? before = metadata.FindImage(reference.ToString());
        await transaction.UnpackAsync([image], ct);
        TransferResult result = transaction.Commit();
        metadata.EndLease(owner);
        return new PulledImage(result, target.Descriptor.Digest, IsNew: before?.Manifest != image.ManifestDigest || before.Target != image.Target);
    }

    private static PlannedImage Plan(IImageDocuments documents, RegistryDocument target, ImageReference reference, TransferOptions options)
    {
        var planner = new ImagePlanner(documents, options.Platform);
        Descriptor manifest = planner.FindManifest(target.Descriptor) ?? throw NoneFor(reference, options.Platform, planner.Offered);
        PlannedImage image = planner.Plan(manifest, [reference]);
        if (manifest.Platform is null) { RequirePlatform(image, reference, options.Platform); }

        return image;
    }

    /// <summary>A manifest of which no index says what it runs on says so only in its config.</summary>
    private static void RequirePlatform(PlannedImage image, ImageReference reference, Platform wanted)
    {
        if (image.Config.Platform is { } offered && wanted.Distance(offered) is null)
        {
            throw new ImageException($"image {reference.Familiar} was found, but its platform ({offered}) is not the wanted one ({wanted})", $"to take it all the same: --platform {offered}");
        }
    }

    private static ImageException NoneFor(ImageReference reference, Platform platform, IReadOnlyCollection<string> offered) => new(
        $"no matching manifest for {platform} in the manifest list entries of {reference.Familiar}",
        offered.Count > 0 ? $"it is there for: {string.Join(", ", offered)}; name one with --platform" : "it holds no image, but something else");
}

/// <summary>What a pull has brought.</summary>
/// <param name="Result">Its rows and layers.</param>
/// <param name="Target">Digest of what the reference stands for at the registry.</param>
/// <param name="IsNew">False where the reference stood for the same image before.</param>
public sealed record PulledImage(TransferResult Result, Digest Target, bool IsNew);
