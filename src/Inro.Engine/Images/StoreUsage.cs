using Inro.Images;
using Inro.Spec;

namespace Inro.Engine.Images;

/// <summary>What the images of a store take of the disk: which bytes, and whose they are.</summary>
/// <remarks>Bytes are blocks, as du counts them. A blob or a layer of several images is theirs together, and counted once.</remarks>
public sealed class StoreUsage
{
    private readonly IReadOnlyList<ImageRecord> rows;
    private readonly IReadOnlyDictionary<Digest, LayerRecord> layers;
    private readonly IReadOnlyDictionary<Digest, long> blobBytes;
    private readonly IReadOnlyDictionary<long, long> snapshotBytes;

    internal StoreUsage(IReadOnlyList<ImageRecord> rows, IReadOnlyDictionary<Digest, LayerRecord> layers, IReadOnlyDictionary<Digest, long> blobBytes, IReadOnlyDictionary<long, long> snapshotBytes)
    {
        this.rows = rows;
        this.layers = layers;
        this.blobBytes = blobBytes;
        this.snapshotBytes = snapshotBytes;
    }

    /// <summary>Everything that the image store has on the disk, what is being fetched and what was left by kills included; containers' layers not.</summary>
    public required long TotalBytes { get; init; }

    /// <summary>Bytes of one image, those that it shares included.</summary>
    public long BytesOf(string manifest) => Sum(Of(row => row.Manifest.ToString() == manifest));

    /// <summary>Bytes that would be given back if these images went.</summary>
    /// <param name="manifests">Their manifests' digests.</param>
    public long BytesOnlyOf(IReadOnlySet<string> manifests)
    {
        Parts going = Of(row => manifests.Contains(row.Manifest.ToString()));
        Parts staying = Of(row => !manifests.Contains(row.Manifest.ToString()));
        going.Blobs.ExceptWith(staying.Blobs);
        going.Layers.ExceptWith(staying.Layers);
        return Sum(going);
    }

    /// <summary>Chain IDs of the layers that would go with these images.</summary>
    internal IReadOnlyList<string> LayersOnlyOf(IReadOnlySet<string> manifests)
    {
        Parts going = Of(row => manifests.Contains(row.Manifest.ToString()));
        going.Layers.ExceptWith(Of(row => !manifests.Contains(row.Manifest.ToString())).Layers);
        return [.. going.Layers.Select(static l => l.ToString()).Order(StringComparer.Ordinal)];
    }

    private Parts Of(Func<ImageRecord, bool> isMeant)
    {
        var parts = new Parts([], []);
        foreach (ImageRecord row in rows)
        {
            if (!isMeant(row)) { continue; }

            parts.Blobs.UnionWith(row.Blobs);
            for (Digest? next = row.ChainId; next is { } chain && layers.TryGetValue(chain, out LayerRecord? layer) && parts.Layers.Add(chain); next = layer.Parent) { }
        }

        return parts;
    }

    private long Sum(Parts parts)
    {
        long bytes = 0;
        foreach (Digest blob in parts.Blobs) { bytes += blobBytes.GetValueOrDefault(blob); }

        foreach (Digest chain in parts.Layers) { bytes += snapshotBytes.GetValueOrDefault(layers[chain].Snapshot); }

        return bytes;
    }

    private sealed record Parts(HashSet<Digest> Blobs, HashSet<Digest> Layers);
}
