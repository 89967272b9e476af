using Inro.Images;
using Inro.Images.Archives;
using Inro.Images.Transfers;
using Inro.Images.Content;
using Inro.Images.Snapshots;
using Inro.Linux.Files;
using Inro.Spec;
using Microsoft.Win32.SafeHandles;

namespace Inro.Engine.Images;

/// <content>Loading archives.</content>
public sealed partial class ImageService
{
    /// <summary>Loads an archive (OCI layout or docker's) and returns the images in it, in the archive's order.</summary>
    /// <param name="archive">A file, which is read from its start by several threads, or a pipe; owned by the caller.</param>
    /// <param name="platform">Which of several manifests of an image; others are refused. Null: the one for this machine, or whatever there is.</param>
    /// <param name="progress">Told how far it is; null: nobody.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="EngineException">InvalidArgument: not an archive of images, damaged, or without one for the platform. ResourceExhausted: the disk is full.
    /// Nothing of it stays.</exception>
    public IReadOnlyList<LoadedImage> Load(SafeFileHandle archive, Platform? platform = null, IProgress<TransferProgress>? progress = null, CancellationToken ct = default) =>
        Load((loader, options) => loader.LoadAsync(archive, options, progress, ct), platform);

    /// <summary>The same from what comes once, front to back.</summary>
    /// <inheritdoc cref="Load(SafeFileHandle, Platform?, IProgress{TransferProgress}?, CancellationToken)"/>
    public IReadOnlyList<LoadedImage> Load(Stream archive, Platform? platform = null, IProgress<TransferProgress>? progress = null, CancellationToken ct = default) =>
        Load((loader, options) => loader.LoadAsync(archive, options, progress, ct), platform);

    private List<LoadedImage> Load(Func<ImageLoader, TransferOptions, Task<TransferResult>> load, Platform? platform)
    {
        using DirFd root = DirFd.Open(paths.Root);
        var loader = new ImageLoader(root, new ContentStore(root), new SnapshotStore(root, paths.Root), table);
        TransferOptions options = Options() with { Platform = platform ?? Platform.Host, RefusesOthers = platform is not null };
        try { return Named(load(loader, options).GetAwaiter().GetResult().Images); }
        catch (ImageException refused)
        {
            throw new EngineException(ErrorCode.InvalidArgument, refused.Message, refused.Remedy ?? "give an archive that docker save wrote, or an OCI image layout as tar", refused);
        }
        catch (IOException full) when (FullDisk.Is(full)) { throw FullDisk.At(paths.Root, full); }
    }

    /// <summary>Removes what killed transfers and removals left, unless a transfer is on its way. Without a sign of one: a look at a directory.</summary>
    public void Repair()
    {
        using DirFd root = DirFd.Open(paths.Root);
        var content = new ContentStore(root);
        if (!content.HasIngests()) { return; }

        using FileLock? alone = StoreLock.TryOwn(root);
        if (alone is null) { return; }

        table.RemoveUnusedLayers();
        new SnapshotStore(root, paths.Root).RemoveUnknown(table.KnownSnapshots);
        table.WriteIndex();
        content.RemoveUnknown(table.KnownBlobs()); // the sign goes last
    }

    /// <summary>One entry for each image, with all the names that it got.</summary>
    private static List<LoadedImage> Named(IReadOnlyList<ImageRecord> rows)
    {
        List<LoadedImage> images = [];
        foreach (IGrouping<Digest, ImageRecord> image in rows.GroupBy(static r => r.Config))
        {
            images.Add(new LoadedImage(
                image.Key.ToString(),
                [.. image.Where(static r => r.Reference is not null).Select(static r => ImageReference.Parse(r.Reference!).Familiar)]));
        }

        return images;
    }
}
