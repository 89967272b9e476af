using System.Collections.Concurrent;
using Inro.Images.Archives;
using Inro.Images.Bytes;
using Inro.Images.Content;
using Inro.Images.Layers;
using Inro.Images.Transfers;
using Inro.Spec;
using Inro.Spec.Image;

namespace Inro.Images.Copies;

/// <summary>How layers are compressed at the destination.</summary>
/// <param name="Compression">How; <see cref="Layers.Compression.None"/> undoes what there is.</param>
/// <param name="Level">1 to 9 of gzip, 1 to 19 of zstd; null: the usual one. A layer that is compressed so already stays as it is.</param>
/// <param name="PlainOnly">Whether layers that are compressed in another way stay so.</param>
public sealed record LayerPackingChoice(Compression Compression, int? Level = null, bool PlainOnly = false);

/// <summary>Layers packed in another way on their way to a destination. What they unpack to, and so the image's config, stays.</summary>
/// <param name="source">Where they are; owned by the caller.</param>
/// <param name="choice">How.</param>
/// <param name="scratch">Keeps them until this object is disposed of.</param>
internal sealed class LayerRepacking(CopySource source, LayerPackingChoice choice, ContentStore scratch) : IDisposable
{
    private const int CopyBytes = 256 << 10;

    private readonly ConcurrentDictionary<Digest, Descriptor> done = new();
    private readonly ConcurrentDictionary<Digest, BlobIngest> made = new();

    /// <summary>The manifest with the layers that come of its own; null where none is another.</summary>
    /// <exception cref="BlobMismatchException">A layer's bytes are not those of its digest.</exception>
    public async Task<Manifest?> ApplyAsync(Manifest manifest, CancellationToken ct)
    {
        var layers = new Descriptor[manifest.Layers.Count];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = ct };
        await Parallel.ForEachAsync(Enumerable.Range(0, layers.Length), parallel, (i, stop) =>
        {
            Descriptor layer = manifest.Layers[i];
            // one that a registry may not be given is as it was made
            layers[i] = MediaTypes.IsLayer(layer.MediaType) && !MediaTypes.IsForeign(layer.MediaType) ? Repacked(layer, stop) : layer;
            return ValueTask.CompletedTask;
        });
        for (int i = 0; i < layers.Length; i++)
        {
            if (layers[i].Digest != manifest.Layers[i].Digest) { return manifest with { Layers = layers }; }
        }

        return null;
    }

    /// <summary>A layer that was packed here; null for every other blob.</summary>
    public LayerOrigin? Find(Digest digest) => made.TryGetValue(digest, out BlobIngest? blob) ? new ArchiveFile(blob.Length, file: null, spooled: blob) : null;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (BlobIngest blob in made.Values) { blob.Dispose(); }
    }

    private Descriptor Repacked(Descriptor layer, CancellationToken ct)
    {
        if (done.TryGetValue(layer.Digest, out Descriptor? known)) { return known; }

        using var stored = new VerifyingStream(source.FindLayer(layer).Open(), layer.Digest, layer.Size);
        using var start = new StartedStream(stored, Decompression.MagicBytes);
        Compression compression = Decompression.Detect(start.Start.Span);
        bool stays = compression == choice.Compression || (choice.PlainOnly && compression != Compression.None);
        return done[layer.Digest] = stays ? layer : Pack(layer, start, compression, ct);
    }

    private Descriptor Pack(Descriptor layer, StartedStream stored, Compression compression, CancellationToken ct)
    {
        BlobIngest packed = scratch.BeginIngest();
        try
        {
            using (Stream plain = Decompression.Open(stored, compression))
            using (var output = new IngestStream(packed))
            using (Stream compressed = Decompression.OpenWrite(output, choice.Compression, choice.Level)) { Copy(plain, compressed, ct); }

            Drain(stored);
            Digest digest = packed.Complete();
            if (!made.TryAdd(digest, packed)) { packed.Dispose(); } // the same layer, packed in two ways
        }
        catch
        {
            packed.Dispose();
            throw;
        }

        return layer with { MediaType = Type(choice.Compression), Digest = packed.Digest, Size = packed.Length, Annotations = null };
    }

    private static void Copy(Stream from, Stream to, CancellationToken ct)
    {
        byte[] buffer = new byte[CopyBytes];
        for (int count = from.Read(buffer, 0, buffer.Length); count > 0; count = from.Read(buffer, 0, buffer.Length))
        {
            ct.ThrowIfCancellationRequested();
            to.Write(buffer, 0, count);
        }
    }

    /// <summary>What follows the compressed data counts for the digest, which is compared at the end.</summary>
    private static void Drain(StartedStream stored)
    {
        byte[] rest = new byte[CopyBytes];
        while (stored.Read(rest, 0, rest.Length) > 0) { }
    }

    private static string Type(Compression compression) => compression switch
    {
        Compression.Gzip => MediaTypes.OciLayerGzip,
        Compression.Zstd => MediaTypes.OciLayerZstd,
        _ => MediaTypes.OciLayerTar,
    };
}
