using Inro.Engine.Images;
using Inro.Images;
using Inro.Images.Checks;
using Inro.Images.Content;
using Inro.Images.Snapshots;
using Inro.Images.Transfers;
using Inro.Linux.Files;
using Inro.Spec;

namespace Inro.Engine.Checks;

/// <summary>Sets right what a check has found: blobs are fetched again, layers unpacked again, what nobody knows goes.</summary>
/// <param name="paths">The instance.</param>
/// <param name="table">Its images.</param>
/// <param name="root">The store's directory; owned by the caller.</param>
/// <param name="transfer">How layers are unpacked.</param>
internal sealed class StoreRepair(InstancePaths paths, ImageTable table, DirFd root, TransferOptions transfer)
{
    private readonly ContentStore content = new(root);
    private readonly SnapshotStore snapshots = new(root, paths.Root);

    /// <summary>Does it.</summary>
    /// <param name="findings">What was found.</param>
    /// <param name="kept">Snapshots that stay though no row knows them.</param>
    /// <param name="options">How.</param>
    /// <param name="ct">Ends it; what was done stays done.</param>
    public void Run(StoreFindings findings, IReadOnlySet<long> kept, CheckOptions options, CancellationToken ct)
    {
        using (StoreLock.Share(root, transfer.LockDeadline))
        {
            RepairBlobs(findings, new BlobFetch(content, options.Access), ct);
            RepairLayers(findings, ct);
        }

        RemoveOrphans(findings, kept);
        if (findings.StaleIndex is { } stale)
        {
            table.WriteIndex();
            stale.Repaired("written anew");
        }
    }

    private void RepairBlobs(StoreFindings findings, BlobFetch fetch, CancellationToken ct)
    {
        if (findings.DamagedBlobs.Count == 0) { return; }

        ILookup<Digest, ImageRecord> owners = table.ListImages().SelectMany(static i => i.Blobs.Select(b => (Blob: b, Image: i))).ToLookup(static p => p.Blob, static p => p.Image);
        // documents first: what a manifest names can be asked for when the manifest is there
        foreach ((Digest blob, StoreProblem problem) in findings.DamagedBlobs.OrderByDescending(d => owners[d.Key].Any(i => i.Manifest == d.Key || i.Target == d.Key)))
        {
            content.Remove(blob);
            ImageRecord? owner = owners[blob].OrderBy(static i => i.Target is null || i.Reference is null).FirstOrDefault();
            if (owner is null) { problem.Repaired("its image is gone meanwhile"); }
            else if (fetch.Fetch(blob, owner, ct) is { } why) { problem.Failed(why); }
            else { problem.Repaired("fetched again"); }
        }
    }

    /// <summary>Rows of layers without their directory go, and the images that miss them are unpacked out of their blobs.</summary>
    private void RepairLayers(StoreFindings findings, CancellationToken ct)
    {
        if (findings.DamagedLayers.Count + findings.BrokenImages.Count == 0) { return; }

        IReadOnlyList<ImageRecord> images = table.ListImages();
        IReadOnlyDictionary<Digest, LayerRecord> layers = table.ListLayers();
        HashSet<Digest> running = [.. table.ChainsOfRunningContainers().SelectMany(chain => Below(chain, layers))];
        List<LayerRecord> old = [];
        foreach ((LayerRecord layer, StoreProblem problem) in findings.DamagedLayers)
        {
            if (running.Contains(layer.ChainId)) { problem.Failed("a running container uses it: stop that, then try again"); }
            else if (!images.Any(i => Below(i.ChainId, layers).Contains(layer.ChainId))) { problem.Failed("no image has it, only a container: load or pull its image again"); }
            else { old.Add(layer); }
        }

        foreach (LayerRecord layer in old) { table.RemoveLayer(layer.ChainId); }

        Dictionary<Digest, string> failures = Restore(images.Where(i => findings.BrokenImages.Keys.Any(b => b.Manifest == i.Manifest) || old.Any(l => Below(i.ChainId, layers).Contains(l.ChainId))), ct);
        foreach (LayerRecord layer in old)
        {
            StoreProblem problem = findings.DamagedLayers[layer];
            if (table.FindLayer(layer.ChainId) is null)
            {
                table.Commit([layer], []); // as it was: damaged files are better than none
                problem.Failed(failures.Count > 0 ? failures.Values.First() : "its image is gone meanwhile");
                continue;
            }

            snapshots.Remove(layer.Snapshot);
            problem.Repaired("unpacked again");
        }

        foreach ((ImageRecord image, StoreProblem problem) in findings.BrokenImages)
        {
            if (failures.TryGetValue(image.Manifest, out string? why)) { problem.Failed(why); }
            else { problem.Repaired("its rows were made anew"); }
        }
    }

    private Dictionary<Digest, string> Restore(IEnumerable<ImageRecord> images, CancellationToken ct)
    {
        var restorer = new ImageRestorer(root, content, snapshots, table);
        Dictionary<Digest, string> failures = [];
        foreach (IGrouping<(Digest Manifest, Digest? Target), ImageRecord> rows in images.GroupBy(static i => (i.Manifest, i.Target)).ToArray())
        {
            var image = new RestoredImage
            {
                Manifest = rows.Key.Manifest,
                Target = rows.Key.Target,
                References = [.. rows.Where(static r => r.Reference is not null).Select(static r => ImageReference.Parse(r.Reference!))], // the others are left out
            };
            try { restorer.Restore(image, transfer, ct); }
            catch (ImageException damaged) { failures[image.Manifest] = damaged.Message; }
        }

        return failures;
    }

    private void RemoveOrphans(StoreFindings findings, IReadOnlySet<long> kept)
    {
        if (findings.Orphans.Count == 0) { return; }

        using FileLock? alone = StoreLock.TryOwn(root);
        foreach (StoreProblem orphan in findings.Orphans)
        {
            if (alone is null) { orphan.Failed("something is being fetched right now: try again later"); }
            else { orphan.Repaired("removed"); }
        }

        if (alone is null) { return; }

        foreach (LayerRecord layer in table.RemoveUnusedLayers()) { snapshots.Remove(layer.Snapshot); }

        snapshots.RemoveUnknown(() => table.KnownSnapshots().Concat(kept).ToHashSet());
        content.RemoveUnknown(table.KnownBlobs());
    }

    private static IEnumerable<Digest> Below(Digest? chain, IReadOnlyDictionary<Digest, LayerRecord> layers)
    {
        for (Digest? next = chain; next is { } id && layers.TryGetValue(id, out LayerRecord? layer); next = layer.Parent) { yield return id; }
    }
}
