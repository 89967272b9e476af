using Inro.Images;
using Inro.Spec;

namespace Inro.KernelTests.Images.Support;

/// <summary>The image metadata in memory: what the store's tests run on, and the model that the database's implementation is compared with.</summary>
public sealed class MemoryImageMetadata : IImageMetadata
{
    private readonly Lock gate = new();
    private readonly Dictionary<Digest, LayerRecord> layers = [];
    private readonly List<ImageRecord> images = [];
    private readonly Dictionary<string, HashSet<Digest>> leases = new(StringComparer.Ordinal);
    private long lastNumber;

    /// <summary>Thrown by the next commit, when set.</summary>
    public Exception? FailCommit { get; set; }

    public long TakeSnapshotNumber()
    {
        lock (gate) { return ++lastNumber; }
    }

    public LayerRecord? FindLayer(Digest chainId)
    {
        lock (gate) { return layers.GetValueOrDefault(chainId); }
    }

    public IReadOnlyList<long>? FindChain(Digest chainId)
    {
        lock (gate)
        {
            List<long> chain = [];
            for (Digest? at = chainId; at is { } id;)
            {
                if (!layers.TryGetValue(id, out LayerRecord? layer)) { return null; }

                chain.Add(layer.Snapshot);
                at = layer.Parent;
            }

            return chain;
        }
    }

    public ImageRecord? FindImage(string reference)
    {
        lock (gate) { return images.Find(i => i.Reference == reference); }
    }

    public IReadOnlyList<ImageRecord> ListImages()
    {
        lock (gate) { return [.. images.OrderBy(i => i.Reference is null).ThenBy(i => i.Reference, StringComparer.Ordinal)]; }
    }

    public void Commit(IReadOnlyList<LayerRecord> layers, IReadOnlyList<ImageRecord> images)
    {
        lock (gate)
        {
            if (FailCommit is { } failure) { throw failure; }

            foreach (LayerRecord layer in layers) { this.layers.TryAdd(layer.ChainId, layer); }

            foreach (ImageRecord image in images) { Put(image); }
        }
    }

    public void Lease(string owner, IReadOnlyCollection<Digest> blobs, TimeSpan duration)
    {
        lock (gate) { leases[owner] = [.. leases.GetValueOrDefault(owner) ?? [], .. blobs]; }
    }

    public void EndLease(string owner)
    {
        lock (gate) { leases.Remove(owner); }
    }

    public bool RemoveImage(string? reference, Digest manifest)
    {
        lock (gate) { return images.RemoveAll(i => i.Reference == reference && i.Manifest == manifest) > 0; }
    }

    public IReadOnlyList<LayerRecord> RemoveUnusedLayers()
    {
        lock (gate)
        {
            HashSet<Digest> used = [];
            foreach (ImageRecord image in images)
            {
                for (Digest? at = image.ChainId; at is { } id && used.Add(id); at = layers[id].Parent)
                {
                }
            }

            LayerRecord[] unused = [.. layers.Values.Where(l => !used.Contains(l.ChainId))];
            foreach (LayerRecord layer in unused) { layers.Remove(layer.ChainId); }

            return unused;
        }
    }

    public IReadOnlySet<long> KnownSnapshots()
    {
        lock (gate) { return layers.Values.Select(l => l.Snapshot).ToHashSet(); }
    }

    public IReadOnlySet<Digest> KnownBlobs()
    {
        lock (gate) { return new HashSet<Digest>([.. images.SelectMany(i => i.Blobs), .. leases.Values.SelectMany(b => b)]); }
    }

    private void Put(ImageRecord image)
    {
        ImageRecord? before = images.Find(i => i.Reference == image.Reference && (image.Reference is not null || i.Manifest == image.Manifest));
        if (before is not null) { images.Remove(before); }

        images.Add(image);
        images.RemoveAll(i => i.Reference is null && images.Exists(j => j.Reference is not null && j.Manifest == i.Manifest));
        if (before is { Reference: not null } && before.Manifest != image.Manifest && !images.Exists(i => i.Manifest == before.Manifest))
        {
            images.Add(before with { Reference = null });
        }
    }
}
