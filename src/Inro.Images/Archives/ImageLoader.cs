using Inro.Images.Bytes;
using Inro.Images.Content;
using Inro.Images.Layers;
using Inro.Images.Layers.Tar;
using Inro.Images.Snapshots;
using Inro.Images.Transfers;
using Inro.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace Inro.Images.Archives;

/// <summary>Loads images from OCI layouts and <c>docker save</c> archives: all of an archive, or nothing.</summary>
/// <remarks>
/// An uncompressed tar file is read in place, layers side by side. What comes from a pipe, or compressed, is spooled into the
/// store first. In both cases the layers are hashed, inflated and unpacked in one pass, and no more than a few buffers are held.
/// </remarks>
/// <param name="root">The store's directory; owned by the caller.</param>
/// <param name="content">Where blobs go.</param>
/// <param name="snapshots">Where layers go.</param>
/// <param name="metadata">Where rows go.</param>
public sealed class ImageLoader(DirFd root, ContentStore content, SnapshotStore snapshots, IImageMetadata metadata)
{
    /// <summary>Loads from an open file, pipe or directory.</summary>
    /// <param name="archive">Opened for reading; owned by the caller. A file is read from its start.</param>
    /// <param name="options">How.</param>
    /// <param name="progress">Told now and then, from several threads.</param>
    /// <param name="ct">Ends the load; nothing of it remains.</param>
    /// <exception cref="ImageException">The archive cannot be loaded, or is not one.</exception>
    public Task<TransferResult> LoadAsync(SafeFileHandle archive, TransferOptions options, IProgress<TransferProgress>? progress, CancellationToken ct) =>
        RunAsync(() => ArchiveOpener.Open(archive, content, ct), options, progress, ct);

    /// <summary>Loads from a stream that is read once, front to back; owned by the caller.</summary>
    /// <exception cref="ImageException">The archive cannot be loaded, or is not one.</exception>
    public Task<TransferResult> LoadAsync(Stream archive, TransferOptions options, IProgress<TransferProgress>? progress, CancellationToken ct) =>
        RunAsync(() => ArchiveOpener.Spool(archive, content, ct), options, progress, ct);

    private async Task<TransferResult> RunAsync(Func<ArchiveFiles> open, TransferOptions options, IProgress<TransferProgress>? progress, CancellationToken ct)
    {
        var load = new ImageTransaction(root, content, snapshots, metadata, options, progress);
        try
        {
            return await RunAsync(load, open, options, ct);
        }
        catch (Exception failure) when (failure is FormatException or TarFormatException or BlobMismatchException or LayerException or InvalidDataException)
        {
            throw new ImageException(failure.Message, cause: failure);
        }
        finally
        {
            if (load.HasUnrecordedBlobs) { RemoveUnrecordedBlobs(); }
        }
    }

    private async Task<TransferResult> RunAsync(ImageTransaction load, Func<ArchiveFiles> open, TransferOptions options, CancellationToken ct)
    {
        using FileLock shared = StoreLock.Share(root, options.LockDeadline);
        using BlobIngest sign = content.BeginIngest(); // for as long as something of this load may be there without a row; stays after a kill
        using ArchiveFiles files = await Task.Run(open, ct);
        using (load)
        {
            options.AtStep?.Invoke("opened");
            await load.UnpackAsync(Plan(files, options), ct);
            return load.Commit();
        }
    }

    /// <summary>The rows failed after the blobs had been made visible. Another load that runs now may have counted on them: then they stay for the next collection.</summary>
    private void RemoveUnrecordedBlobs()
    {
        using FileLock? alone = StoreLock.TryOwn(root);
        if (alone is not null) { content.RemoveUnknown(metadata.KnownBlobs()); }
    }

    private static IReadOnlyList<PlannedImage> Plan(ArchiveFiles files, TransferOptions options)
    {
        IReadOnlyList<PlannedImage> images =
            files.Find("oci-layout") is not null && files.Find("index.json") is not null ? new LayoutReader(files, options.Platform).Read()
            : files.Find("manifest.json") is not null ? new DockerArchiveReader(files, options.RefusesOthers ? options.Platform : null).Read()
            : throw new ImageException("it is neither an OCI image layout (oci-layout, index.json) nor a docker archive (manifest.json)",
                "give a file that 'docker save', 'podman save' or 'skopeo copy' has written");
        return images.Count > 0 ? images : throw new ImageException("the archive holds no image");
    }
}
