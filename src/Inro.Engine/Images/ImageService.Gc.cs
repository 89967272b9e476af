using Inro.Images;
using Inro.Images.Content;
using Inro.Linux.Files;
using Inro.Spec;

namespace Inro.Engine.Images;

/// <content>Garbage collection by policy.</content>
public sealed partial class ImageService
{
    /// <summary>Removes what a policy does not keep.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="keep">Ids of images that stay in any case: what was just fetched.</param>
    /// <param name="isDryRun">Whether it is only said what would go.</param>
    public PruneReport Apply(ImageGcPolicy policy, IReadOnlySet<string> keep, bool isDryRun)
    {
        IReadOnlySet<string> used = UsedImages();
        IEnumerable<ImageSummary> candidates = List().Where(i => !i.IsPinned && !used.Contains(i.Id) && !keep.Contains(i.Id));
        IReadOnlyList<ImageSummary> going = policy.Choose(candidates, EstimateUsage(), FileSystemSpace.FreeBytes(paths.Root), table.NowNanoseconds);
        return isDryRun ? Preview(going) : going.Count == 0 ? new PruneReport([], 0) : Remove(going);
    }

    /// <summary>What one image takes: its layers' files and its blobs together, and its blobs alone, in bytes.</summary>
    public (long Disk, long Content) SizesOf(ImageSummary image)
    {
        using DirFd root = DirFd.Open(paths.Root);
        var content = new ContentStore(root);
        long blobs = 0;
        foreach (Digest blob in table.FindByDigestPrefix(image.ManifestDigest)[0].Blobs.Distinct()) { blobs += content.SizeOf(blob) ?? 0; } // the image was found by one of its rows

        return (image.SizeBytes + blobs, blobs);
    }

    /// <summary>What images take, by the lengths of blobs and the sizes in the rows: no look at each file, since this runs after every pull.</summary>
    private StoreUsage EstimateUsage()
    {
        using DirFd root = DirFd.Open(paths.Root);
        var content = new ContentStore(root);
        IReadOnlyList<ImageRecord> rows = table.ListImages();
        IReadOnlyDictionary<Digest, LayerRecord> layers = table.ListLayers();
        Dictionary<Digest, long> blobs = [];
        foreach (ImageRecord row in rows)
        {
            foreach (Digest blob in row.Blobs)
            {
                if (!blobs.ContainsKey(blob)) { blobs[blob] = content.SizeOf(blob) ?? 0; }
            }
        }

        Dictionary<long, long> snapshots = [];
        foreach (LayerRecord layer in layers.Values) { snapshots[layer.Snapshot] = layer.SizeBytes; }

        return new StoreUsage(rows, layers, blobs, snapshots) { TotalBytes = blobs.Values.Sum() + snapshots.Values.Sum() };
    }
}
