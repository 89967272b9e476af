using Inro.Engine.Images;
using Inro.Engine.Metadata;
using Inro.Images;
using Inro.Images.Bytes;
using Inro.Images.Content;
using Inro.Images.Layers;
using Inro.Images.Snapshots;
using Inro.Linux.Files;
using Inro.Spec;
using Inro.Spec.Image;

namespace Inro.Engine.Checks;

/// <summary>Compares rows with files, both ways, and blobs with their digests.</summary>
/// <param name="paths">The instance.</param>
/// <param name="store">Its database.</param>
/// <param name="table">Its images.</param>
/// <param name="root">The store's directory; owned by the caller.</param>
internal sealed class StoreCheck(InstancePaths paths, MetadataStore store, ImageTable table, DirFd root)
{
    private readonly ContentStore content = new(root);
    private readonly SnapshotStore snapshots = new(root, paths.Root);
    private readonly StoreFindings findings = new();

    /// <summary>Snapshots that containers without a row have, and what lies below them: they stay.</summary>
    public HashSet<long> KeptSnapshots { get; } = [];

    /// <summary>How much was looked at.</summary>
    public (int Images, int Layers, int Blobs) Looked { get; private set; }

    /// <summary>Looks at everything.</summary>
    public StoreFindings Run(bool quick, CancellationToken ct)
    {
        IReadOnlyList<ImageRecord> images = table.ListImages();
        IReadOnlyDictionary<Digest, LayerRecord> layers = table.ListLayers();
        ILookup<Digest, ImageRecord> owners = images.SelectMany(static i => i.Blobs.Select(b => (Blob: b, Image: i))).ToLookup(static p => p.Blob, static p => p.Image);
        CheckBlobs(owners, quick, ct);
        CheckContainers();
        CheckUnknown(owners);
        CheckImages(images, layers);
        CheckLayers(images, layers, quick, ct);
        CheckIndex(images);
        Looked = (images.DistinctBy(static i => i.Manifest).Count(), layers.Count, owners.Count);
        return findings;
    }

    /// <summary>How people know an image.</summary>
    internal static string NameOf(ImageRecord image) => image.Reference is { } name ? ImageReference.Parse(name).Familiar : image.Config.ToString()[..19];

    private void CheckBlobs(ILookup<Digest, ImageRecord> owners, bool quick, CancellationToken ct)
    {
        foreach (IGrouping<Digest, ImageRecord> owned in owners)
        {
            string? wrong = content.SizeOf(owned.Key) is null ? "is missing" : quick || IsWhole(owned.Key, ct) ? null : "has other bytes than its digest says";
            if (wrong is null) { continue; }

            findings.DamagedBlobs[owned.Key] = findings.Add($"blob {owned.Key} {wrong} (of {NameOf(owned.First())})");
        }
    }

    private bool IsWhole(Digest blob, CancellationToken ct)
    {
        try { return content.IsWhole(blob, ct); }
        catch (BlobNotFoundException) { return !table.KnownBlobs().Contains(blob); } // its image was removed meanwhile
    }

    /// <summary>Files that no row knows. While something is being fetched nobody can say what will be known.</summary>
    private void CheckUnknown(ILookup<Digest, ImageRecord> owners)
    {
        using FileLock? alone = StoreLock.TryOwn(root);
        if (alone is null) { return; }

        IReadOnlySet<Digest> known = table.KnownBlobs();
        foreach (Digest blob in content.List())
        {
            if (!known.Contains(blob) && !owners.Contains(blob)) { findings.Orphans.Add(findings.Add($"blob {blob} belongs to no image")); }
        }

        IReadOnlyList<long> there = snapshots.List();
        IReadOnlySet<long> named = table.KnownSnapshots();
        foreach (long number in there)
        {
            if (!named.Contains(number) && !KeptSnapshots.Contains(number)) { findings.Orphans.Add(findings.Add($"directory snapshots/{number} belongs to no layer and no container")); }
        }

        foreach (LayerRecord unused in table.UnusedLayers()) { findings.Orphans.Add(findings.Add($"layer {unused.ChainId} belongs to no image and no container")); }
    }

    private void CheckImages(IReadOnlyList<ImageRecord> images, IReadOnlyDictionary<Digest, LayerRecord> layers)
    {
        foreach (ImageRecord image in images.DistinctBy(static i => i.Manifest))
        {
            string? wrong = WrongWith(image, layers);
            if (wrong is not null) { findings.BrokenImages[image] = findings.Add($"image {NameOf(image)}: {wrong}"); }
        }
    }

    private string? WrongWith(ImageRecord image, IReadOnlyDictionary<Digest, LayerRecord> layers)
    {
        for (Digest? next = image.ChainId; next is { } chain; next = layers[chain].Parent)
        {
            if (!layers.ContainsKey(chain)) { return $"its layer {chain} has no row"; }
        }

        if (findings.DamagedBlobs.ContainsKey(image.Config) || findings.DamagedBlobs.ContainsKey(image.Manifest)) { return null; } // said already

        try
        {
            ImageConfig config = OciDocument.ReadConfig(content.Read(image.Config, OciDocument.MaxConfigBytes));
            IReadOnlyList<Digest> chain = ChainId.All(config.RootFileSystem.DiffIds);
            return (chain.Count == 0 ? null : (Digest?)chain[^1]) == image.ChainId ? null : "its layers are others than its config says";
        }
        catch (Exception damaged) when (damaged is FormatException or BlobMismatchException or BlobNotFoundException or InvalidDataException) { return damaged.Message; }
    }

    private void CheckLayers(IReadOnlyList<ImageRecord> images, IReadOnlyDictionary<Digest, LayerRecord> layers, bool quick, CancellationToken ct)
    {
        HashSet<long> there = [.. snapshots.List()];
        Dictionary<Digest, Digest> blobs = quick ? [] : LayerBlobs(images);
        foreach (LayerRecord layer in layers.Values.OrderBy(static l => l.Snapshot))
        {
            ct.ThrowIfCancellationRequested();
            string? wrong = there.Contains(layer.Snapshot) ? null : "is missing";
            if (wrong is null && blobs.TryGetValue(layer.ChainId, out Digest blob) && !findings.DamagedBlobs.ContainsKey(blob)) { wrong = Compare(layer, blob, ct); }

            if (wrong is not null && table.FindLayer(layer.ChainId) == layer) { findings.DamagedLayers[layer] = findings.Add($"layer {layer.ChainId}: directory snapshots/{layer.Snapshot} {wrong}"); }
        }
    }

    private string? Compare(LayerRecord layer, Digest blob, CancellationToken ct)
    {
        try
        {
            using DirFd directory = snapshots.OpenLayer(layer.Snapshot);
            using Stream bytes = content.OpenUnverified(blob);
            return LayerComparison.Difference(bytes, directory, ImageService.Options().Layers, ct) is { } difference ? $"has other files than the layer: {difference}" : null;
        }
        catch (Exception gone) when (gone is BlobNotFoundException or Linux.LinuxException { Errno: Linux.Errno.ENOENT }) { return "is not whole"; }
    }

    /// <summary>The blob of each layer, by its chain ID.</summary>
    private Dictionary<Digest, Digest> LayerBlobs(IReadOnlyList<ImageRecord> images)
    {
        Dictionary<Digest, Digest> blobs = [];
        foreach (ImageRecord image in images.DistinctBy(static i => i.Manifest))
        {
            try
            {
                Manifest manifest = OciDocument.ReadManifest(content.Read(image.Manifest, OciDocument.MaxManifestBytes));
                IReadOnlyList<Digest> chain = ChainId.All(OciDocument.ReadConfig(content.Read(image.Config, OciDocument.MaxConfigBytes)).RootFileSystem.DiffIds);
                for (int i = 0; i < Math.Min(chain.Count, manifest.Layers.Count); i++) { blobs.TryAdd(chain[i], manifest.Layers[i].Digest); }
            }
            catch (Exception damaged) when (damaged is FormatException or BlobMismatchException or BlobNotFoundException or InvalidDataException) { /* said already */ }
        }

        return blobs;
    }

    private void CheckContainers()
    {
        HashSet<long> there = [.. snapshots.List()];
        List<(string Id, string Name, long Snapshot)> rows = store.Read(() =>
        {
            List<(string, string, long)> found = [];
            using Statement select = store.Prepare("SELECT id, name, snapshot FROM containers WHERE state NOT IN (0, 7)"); // neither being made nor being removed
            while (select.Step()) { found.Add((select.Text(0), select.Text(1), select.Number(2))); }

            return found;
        });
        foreach ((string id, string name, long snapshot) in rows)
        {
            if (snapshot != 0 && !there.Contains(snapshot) && IsStillThere(id)) { findings.Add($"container {name}: its writable layer snapshots/{snapshot} is missing").Failed($"inro rm -f {name}"); }
        }

        string[] directories = Directory.Exists(paths.Containers) ? Directory.GetDirectories(paths.Containers) : [];
        foreach (string directory in directories.Order(StringComparer.Ordinal))
        {
            string id = Path.GetFileName(directory);
            if (!IsStillThere(id) && Directory.Exists(directory)) { Keep(id); }
        }
    }

    private bool IsStillThere(string id) => store.Read(() =>
    {
        using Statement select = store.Prepare("SELECT 1 FROM containers WHERE id = ?");
        select.Bind(1, id);
        return select.Step();
    });

    /// <summary>A container of which only the files are left: they are somebody's data.</summary>
    private void Keep(string id)
    {
        string written = "";
        if (RootfsOf(id) is { } rootfs)
        {
            foreach (string directory in rootfs.Upper is { } upper ? rootfs.Lower.Append(upper) : rootfs.Lower)
            {
                if (long.TryParse(directory.AsSpan(0, directory.IndexOf('/', StringComparison.Ordinal)), out long number)) { KeptSnapshots.Add(number); }
            }

            written = rootfs.Upper is { } own ? $", with what it has written in {rootfs.Directory}/{own}" : "";
        }

        findings.Add($"container {id[..Math.Min(12, id.Length)]}: only its files are left").Failed($"kept{written}; to give it up: rm -r {paths.Bundle(id)}, and repair again");
    }

    private SnapshotMount? RootfsOf(string id)
    {
        try { return Shim.ShimConfigFile.Read(paths.Bundle(id)).Rootfs; }
        catch (Exception unreadable) when (unreadable is Shim.ShimException or IOException) { return null; }
    }

    private void CheckIndex(IReadOnlyList<ImageRecord> images)
    {
        IReadOnlyList<IndexedImage>? said = new StoreIndex(paths.Root).Read();
        if ((said is null && images.Count == 0) || (said is not null && said.ToHashSet().SetEquals(StoreIndex.Of(images, table.ListMarks())))) { return; }

        findings.StaleIndex = findings.Add($"{StoreIndex.FileName} names other images than the database");
    }
}
