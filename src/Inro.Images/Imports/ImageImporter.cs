using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using Inro.Images.Archives;
using Inro.Images.Bytes;
using Inro.Images.Content;
using Inro.Images.Layers;
using Inro.Images.Layers.Tar;
using Inro.Images.Snapshots;
using Inro.Images.Transfers;
using Inro.Linux.Files;
using Inro.Spec;
using Inro.Spec.Image;

namespace Inro.Images.Imports;

/// <summary>Makes an image of one layer out of a tar of a root file system, plain or compressed. The layer stays as it came.</summary>
/// <param name="root">The store's directory; owned by the caller.</param>
/// <param name="content">Where blobs go.</param>
/// <param name="snapshots">Where layers go.</param>
/// <param name="metadata">Where rows go.</param>
public sealed class ImageImporter(DirFd root, ContentStore content, SnapshotStore snapshots, IImageMetadata metadata)
{
    private const int CopyBytes = 256 << 10;

    /// <summary>Imports.</summary>
    /// <param name="tar">Read once, front to back; owned by the caller.</param>
    /// <param name="describe">The image's config, once the digest of its plain layer is known.</param>
    /// <param name="reference">Its name; null for none.</param>
    /// <param name="options">How.</param>
    /// <param name="ct">Ends it; nothing of it remains.</param>
    /// <exception cref="ImageException">It is no tar, or compressed with what cannot be read.</exception>
    public ImageRecord Import(Stream tar, Func<Digest, ImageConfig> describe, ImageReference? reference, TransferOptions options, CancellationToken ct) =>
        Import(layer => Store(tar, layer, ct), describe, reference, options, ct);

    /// <summary>Makes an image of one layer that the caller writes; it is stored compressed.</summary>
    /// <param name="write">Writes the layer's plain archive.</param>
    /// <inheritdoc cref="Import(Stream, Func{Digest, ImageConfig}, ImageReference?, TransferOptions, CancellationToken)"/>
    public ImageRecord Import(Action<Stream> write, Func<Digest, ImageConfig> describe, ImageReference? reference, TransferOptions options, CancellationToken ct) =>
        Import(layer => Write(write, layer), describe, reference, options, ct);

    /// <summary>Makes an image of another one's layers and, where something is written, one more.</summary>
    /// <param name="below">The other image.</param>
    /// <param name="write">Writes the layer's plain archive; null: there is no further layer.</param>
    /// <param name="describe">The image's config, once the digest of the new plain layer is known; null where there is none.</param>
    /// <param name="reference">Its name; null for none.</param>
    /// <param name="options">How.</param>
    /// <param name="ct">Ends it; nothing of it remains.</param>
    /// <exception cref="ImageException">A layer of the other image is not there.</exception>
    public ImageRecord ImportOn(ImportBase below, Action<Stream>? write, Func<Digest?, ImageConfig> describe, ImageReference? reference, TransferOptions options, CancellationToken ct) =>
        Import(transaction => RunOn(transaction, below, write, describe, reference, options, ct), options);

    private ImageRecord Import(Func<BlobIngest, Digest> store, Func<Digest, ImageConfig> describe, ImageReference? reference, TransferOptions options, CancellationToken ct) =>
        Import(transaction => Run(transaction, store, describe, reference, options, ct), options);

    private ImageRecord Import(Func<ImageTransaction, ImageRecord> run, TransferOptions options)
    {
        var transaction = new ImageTransaction(root, content, snapshots, metadata, options, progress: null);
        try { return run(transaction); }
        catch (Exception failure) when (failure is FormatException or TarFormatException or BlobMismatchException or LayerException { IsDamage: true } or InvalidDataException)
        {
            throw new ImageException(failure.Message, cause: failure);
        }
        finally
        {
            if (transaction.HasUnrecordedBlobs) { RemoveUnrecordedBlobs(); }
        }
    }

    private ImageRecord Run(ImageTransaction transaction, Func<BlobIngest, Digest> store, Func<Digest, ImageConfig> describe, ImageReference? reference, TransferOptions options, CancellationToken ct)
    {
        using FileLock shared = StoreLock.Share(root, options.LockDeadline);
        using BlobIngest sign = content.BeginIngest(); // for as long as something of this import may be there without a row; stays after a kill
        using BlobIngest layer = content.BeginIngest();
        using (transaction)
        {
            Digest diffId = store(layer);
            options.AtStep?.Invoke("stored");
            transaction.UnpackAsync([Plan(layer, diffId, describe(diffId), reference)], ct).GetAwaiter().GetResult();
            return transaction.Commit().Images[0];
        }
    }

    private ImageRecord RunOn(ImageTransaction transaction, ImportBase below, Action<Stream>? write, Func<Digest?, ImageConfig> describe, ImageReference? reference, TransferOptions options, CancellationToken ct)
    {
        using FileLock shared = StoreLock.Share(root, options.LockDeadline);
        using BlobIngest sign = content.BeginIngest(); // as above
        using BlobIngest layer = content.BeginIngest();
        using (transaction)
        {
            Digest? diffId = write is null ? null : Write(write, layer);
            options.AtStep?.Invoke("stored");
            transaction.UnpackAsync([below.Plan(diffId is { } added ? (layer, added) : null, describe(diffId), reference)], ct).GetAwaiter().GetResult();
            return transaction.Commit().Images[0];
        }
    }

    private static PlannedImage Plan(BlobIngest layer, Digest diffId, ImageConfig config, ImageReference? reference)
    {
        byte[] configBytes = JsonSerializer.SerializeToUtf8Bytes(config, OciJson.Default.ImageConfig);
        return new PlannedImage
        {
            References = reference is null ? [] : [reference],
            ConfigBytes = configBytes,
            ConfigDigest = Digest.Sha256(configBytes),
            Config = config,
            Layers = [new PlannedLayer { ChainId = ChainId.All([diffId])[0], Parent = null, DiffId = diffId, FindOrigin = () => new ArchiveFile(layer.Length, file: null, spooled: layer) }],
        };
    }

    /// <summary>Writes the bytes as they come and finds the digest of the plain ones on the way.</summary>
    private static Digest Store(Stream tar, BlobIngest layer, CancellationToken ct)
    {
        using var start = new StartedStream(tar, Decompression.MagicBytes);
        if (start.Start.IsEmpty) { throw new ImageException("there is nothing to import: the input is empty"); }

        Compression compression = Decompression.Detect(start.Start.Span);
        using var storing = new IngestingStream(start, layer);
        using Stream plain = Decompression.Open(storing, compression);
        using var ahead = new ReadAheadChunks(plain, CopyBytes);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (ReadOnlyMemory<byte> chunk = ahead.Next(); !chunk.IsEmpty; chunk = ahead.Next())
        {
            ct.ThrowIfCancellationRequested();
            hash.AppendData(chunk.Span);
        }

        storing.Finish(expected: null, size: null);
        return Digest.FromHash("sha256", hash.GetHashAndReset());
    }

    private static Digest Write(Action<Stream> write, BlobIngest layer)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using (var compressed = new GZipStream(new IngestStream(layer), CompressionLevel.Fastest))
        using (var plain = new HashingStream(compressed, hash)) { write(plain); }

        layer.Complete(null, null);
        return Digest.FromHash("sha256", hash.GetHashAndReset());
    }

    /// <summary>The rows failed after the blobs had been made visible. A transfer that runs now may have counted on them: then they stay for the next collection.</summary>
    private void RemoveUnrecordedBlobs()
    {
        using FileLock? alone = StoreLock.TryOwn(root);
        if (alone is not null) { content.RemoveUnknown(metadata.KnownBlobs()); }
    }
}
