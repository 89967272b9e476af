using System.Security.Cryptography;
using Inro.Images.Bytes;
using Inro.Images.Content;
using Inro.Images.Layers;
using Inro.Images.Layers.Tar;
using Inro.Images.Snapshots;
using Inro.Linux.Files;
using Inro.Spec;

namespace Inro.Images.Transfers;

/// <summary>The work on one layer of a transfer: unpack it, store its blob, or both in one pass.</summary>
internal sealed class LayerJob(PlannedLayer layer, LayerOrigin origin) : IDisposable
{
    private const int CopyBytes = 256 << 10;

    private BlobIngest? owned;

    public PlannedLayer Layer => layer;

    public LayerOrigin Origin => origin;

    /// <summary>Number of the snapshot; null where the chain was there.</summary>
    public long? Snapshot { get; init; }

    /// <summary>The ingest that is to be published; null where the store had the blob.</summary>
    public BlobIngest? Ingest { get; private set; }

    /// <summary>Digest of the stored bytes.</summary>
    public Digest BlobDigest { get; private set; }

    public Compression Compression { get; private set; }

    public AppliedLayer Applied { get; private set; } = new();

    /// <summary>Stored bytes read so far, to a few megabytes.</summary>
    public long ReadBytes { get; set; }

    public void Run(ContentStore content, SnapshotStore snapshots, LayerOptions options, Func<Stream, Stream> watch, CancellationToken ct)
    {
        if (layer.Descriptor is { } named && named.Size != origin.Size)
        {
            throw new BlobMismatchException($"layer {named.Digest}: {origin.Size} bytes came, its manifest says {named.Size}");
        }

        if (origin.IsRemote) { Fetch(content, snapshots, options, watch, ct); }
        else { Take(content, snapshots, options, watch, ct); }
    }

    public void Dispose() => owned?.Dispose();

    /// <summary>From an archive: the blob becomes visible with all others, at the commit.</summary>
    private void Take(ContentStore content, SnapshotStore snapshots, LayerOptions options, Func<Stream, Stream> watch, CancellationToken ct)
    {
        // without a descriptor, the one blob that can be known beforehand is the uncompressed layer
        Digest? digest = layer.Descriptor?.Digest ?? (content.Contains(layer.DiffId) && content.SizeOf(layer.DiffId) == origin.Size ? layer.DiffId : null);
        BlobDigest = digest ?? default;
        if (origin.Spooled is { } spooled)
        {
            BlobDigest = spooled.Complete(layer.Descriptor?.Digest, layer.Descriptor?.Size);
            Ingest = spooled;
        }
        else if (digest is null || !content.Contains(digest.Value))
        {
            Ingest = owned = content.BeginIngest(digest?.Algorithm ?? "sha256");
        }

        using Stream bytes = watch(origin.Open());
        Consume(bytes, snapshots, options, ct);
    }

    /// <summary>
    /// From a registry: the blob becomes visible as soon as it is whole, and a part of it stays for the next attempt. Bytes that turn out to be
    /// wrong, those of an earlier attempt too, are thrown away and fetched again once.
    /// </summary>
    private void Fetch(ContentStore content, SnapshotStore snapshots, LayerOptions options, Func<Stream, Stream> watch, CancellationToken ct)
    {
        BlobDigest = layer.Descriptor!.Digest; // a registry's manifest names its layers
        for (bool isLast = false; ; isLast = true)
        {
            owned = content.Resume(BlobDigest, origin.Size, ct);
            try
            {
                using Stream bytes = watch(OpenRemote(content));
                Consume(bytes, snapshots, options, ct);
                owned?.Flush();
                owned?.Publish();
                return;
            }
            catch (Exception damage) when (damage is BlobMismatchException or InvalidDataException or TarFormatException)
            {
                owned?.Restart();
                if (owned is null) { content.Remove(BlobDigest); }

                if (isLast) { throw; }

                if (Snapshot is { } number) { snapshots.Remove(number); }
            }
            finally
            {
                owned?.Dispose();
                owned = null;
            }
        }
    }

    private Stream OpenRemote(ContentStore content) =>
        owned is null ? content.OpenVerified(BlobDigest)
        : owned.Stored > 0 ? new JoinedStream(owned.OpenStored(), () => origin.Open(owned.Stored))
        : origin.Open();

    private void Consume(Stream bytes, SnapshotStore snapshots, LayerOptions options, CancellationToken ct)
    {
        if (Snapshot is { } number) { Unpack(bytes, number, snapshots, options, ct); }
        else { Store(bytes, ct); }
    }

    private void Unpack(Stream bytes, long number, SnapshotStore snapshots, LayerOptions options, CancellationToken ct)
    {
        var source = new LayerSource
        {
            Bytes = bytes,
            Digest = origin.Spooled?.Digest ?? layer.Descriptor?.Digest,
            Size = origin.Size,
            DiffId = layer.DiffId,
            Ingest = owned,
        };
        using DirFd target = snapshots.BeginLayer(number);
        UnpackedLayer unpacked = LayerUnpacker.Unpack(source, target, options, ct);
        if (owned is not null) { BlobDigest = unpacked.Digest; }

        Compression = unpacked.Compression;
        Applied = unpacked.Applied;
    }

    private void Store(Stream stream, CancellationToken ct)
    {
        byte[] buffer = new byte[CopyBytes];
        int count = stream.ReadAtLeast(buffer, Decompression.MagicBytes, throwOnEndOfStream: false);
        Compression = Decompression.Detect(buffer.AsSpan(0, count));
        if (Ingest is not null && layer.Descriptor is null) { RequireDiffId(new byte[CopyBytes], ct); }

        if (owned is null) { return; }

        for (; count > 0; count = stream.Read(buffer))
        {
            ct.ThrowIfCancellationRequested();
            owned.Write(buffer.AsSpan(0, count));
        }

        BlobDigest = owned.Complete(layer.Descriptor?.Digest, origin.Size);
    }

    /// <summary>Without a descriptor the config's digest of the plain layer is all that says what the bytes must be. Where the layer is unpacked, that compares it.</summary>
    private void RequireDiffId(byte[] buffer, CancellationToken ct)
    {
        using Stream raw = origin.Open();
        using Stream plain = Decompression.Open(raw, Compression);
        using IncrementalHash hash = Hashes.Create(layer.DiffId.Algorithm);
        for (int count = plain.Read(buffer); count > 0; count = plain.Read(buffer))
        {
            ct.ThrowIfCancellationRequested();
            hash.AppendData(buffer.AsSpan(0, count));
        }

        Digest actual = Digest.FromHash(layer.DiffId.Algorithm, hash.GetHashAndReset());
        if (actual != layer.DiffId) { throw new BlobMismatchException($"unpacked layer {layer.DiffId}: its digest is {actual}"); }
    }
}
