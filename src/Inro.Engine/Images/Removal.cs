using Inro.Images;
using Inro.Images.Content;
using Inro.Images.Snapshots;
using Inro.Linux.Files;

namespace Inro.Engine.Images;

/// <summary>A removal of images: rows go first, then what no row needs any more. Made before the first row goes.</summary>
/// <remarks>
/// For as long as it lives there is a sign in the store, so that a kill in between is put right by the next command. Layers and blobs go only while
/// nothing is being fetched: a transfer may count on a layer that no image has yet. Then the sign stays, and a later command collects.
/// </remarks>
internal sealed class Removal : IDisposable
{
    private readonly DirFd root;
    private readonly ContentStore content;
    private readonly SnapshotStore snapshots;
    private readonly ImageTable table;
    private readonly BlobIngest? sign;

    public Removal(string path, ImageTable table)
    {
        this.table = table;
        root = DirFd.Open(path);
        content = new ContentStore(root);
        snapshots = new SnapshotStore(root, path);
        try { sign = content.BeginIngest(); }
        catch (IOException full) when (FullDisk.Is(full)) { /* a full disk must not keep anybody from making room */ }
        catch
        {
            root.Dispose();
            throw;
        }
    }

    /// <summary>Bytes of the disk that were given back.</summary>
    public long FreedBytes { get; private set; }

    /// <summary>Removes layers and blobs that no image, container or lease needs, and returns the layers.</summary>
    public IReadOnlyList<LayerRecord> Collect()
    {
        IReadOnlyList<LayerRecord> layers;
        using (FileLock? alone = StoreLock.TryOwn(root))
        {
            if (alone is null)
            {
                sign?.LeaveAsSign();
                return [];
            }

            layers = table.RemoveUnusedLayers();
            FreedBytes += content.RemoveUnknown(table.KnownBlobs());
        }

        foreach (LayerRecord layer in layers)
        {
            FreedBytes += snapshots.DiskBytes(layer.Snapshot);
            snapshots.Remove(layer.Snapshot);
        }

        return layers;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        sign?.Dispose();
        root.Dispose();
    }
}
