using Inro.Images.Bytes;
using Inro.Images.Content;
using Inro.Images.Layers.Tar;
using Inro.Linux.Files;
using Inro.Spec;

namespace Inro.Images.Layers;

/// <summary>One layer's bytes on their way into the store.</summary>
public sealed record LayerSource
{
    /// <summary>The stored (compressed) bytes from their start; owned by the caller.</summary>
    public required Stream Bytes { get; init; }

    /// <summary>Digest of the stored bytes, where it is known beforehand.</summary>
    public Digest? Digest { get; init; }

    /// <summary>Length of the stored bytes, where it is known beforehand.</summary>
    public long? Size { get; init; }

    /// <summary>Digest of the plain bytes.</summary>
    public required Digest DiffId { get; init; }

    /// <summary>Where the stored bytes are written on the way; null where the store has them already, verified.</summary>
    public BlobIngest? Ingest { get; init; }
}

/// <summary>What unpacking one layer has come to.</summary>
/// <param name="Digest">Digest of the stored bytes; empty where they were not written.</param>
/// <param name="Compression">How they are compressed.</param>
/// <param name="Applied">What is in the directory now.</param>
public sealed record UnpackedLayer(Digest Digest, Compression Compression, AppliedLayer Applied);

/// <summary>Takes one layer from its stored bytes to a directory in a single pass.</summary>
/// <remarks>
/// Two threads: one reads, hashes and stores the compressed bytes and inflates them; this one hashes the plain bytes and makes the files.
/// </remarks>
public static class LayerUnpacker
{
    /// <summary>Largest unpacked layer, in bytes.</summary>
    public const long MaxUnpackedBytes = 1L << 40;

    /// <summary>Unpacks; the directory holds the layer only if this returns.</summary>
    /// <exception cref="BlobMismatchException">The bytes are not those of the digests.</exception>
    /// <exception cref="TarFormatException">The layer is no tar archive.</exception>
    /// <exception cref="LayerException">An entry cannot be made.</exception>
    /// <exception cref="InvalidDataException">The compression is damaged.</exception>
    public static UnpackedLayer Unpack(LayerSource layer, DirFd target, LayerOptions options, CancellationToken ct)
    {
        using var raw = new StartedStream(layer.Bytes, Decompression.MagicBytes);
        Compression compression = Decompression.Detect(raw.Start.Span);
        using IngestingStream? storing = layer.Ingest is { } ingest ? new IngestingStream(raw, ingest) : null;
        Digest digest = default;
        AppliedLayer applied;
        using (Stream plain = Decompression.Open((Stream?)storing ?? raw, compression))
        using (IChunkSource ahead = new ReadAheadChunks(plain))
        {
            // without compression the stored bytes are the plain ones, and their digest is made on the other thread
            bool sameBytes = compression == Compression.None && layer.DiffId.Algorithm == "sha256"
                && (storing is not null || layer.Digest == layer.DiffId);
            using DigestingChunks? digesting = sameBytes ? null : new DigestingChunks(ahead, layer.DiffId, $"unpacked layer {layer.DiffId}");
            applied = Apply(digesting ?? ahead, target, options, ct);
            Drain(digesting ?? ahead, ct);
            digesting?.Finish();
        }

        if (storing is not null)
        {
            digest = storing.Finish(layer.Digest, layer.Size);
            if (compression == Compression.None && layer.DiffId.Algorithm == "sha256" && digest != layer.DiffId)
            {
                throw new BlobMismatchException($"unpacked layer {layer.DiffId}: its digest is {digest}");
            }
        }

        return new UnpackedLayer(digest, compression, applied);
    }

    private static AppliedLayer Apply(IChunkSource chunks, DirFd target, LayerOptions options, CancellationToken ct)
    {
        var reader = new TarReader(chunks);
        using var applier = new LayerApplier(target, options);
        while (reader.Next() is { } entry)
        {
            ct.ThrowIfCancellationRequested();
            if (reader.Position > MaxUnpackedBytes - entry.StoredSize) { throw new TarFormatException(entry.Offset, $"the layer is larger than {MaxUnpackedBytes} bytes"); }

            applier.Apply(entry, reader);
        }

        return applier.Finish();
    }

    /// <summary>Reads the padding after the last entry: it counts for the digests.</summary>
    private static void Drain(IChunkSource chunks, CancellationToken ct)
    {
        long padding = 0;
        for (ReadOnlyMemory<byte> chunk = chunks.Next(); !chunk.IsEmpty; chunk = chunks.Next())
        {
            ct.ThrowIfCancellationRequested();
            padding += chunk.Length;
            if (padding > MaxUnpackedBytes) { throw new BlobMismatchException("a layer does not end"); }
        }
    }
}
