using System.Security.Cryptography;
using Inro.Images.Bytes;
using Inro.Images.Content;
using Inro.Images.Layers;
using Inro.Images.Snapshots;
using Inro.Linux.Files;
using Inro.Spec;

namespace Inro.Images.Archives;

/// <summary>The work on one layer of a load: unpack it, store its blob, or both in one pass.</summary>
internal sealed class LayerJob(PlannedLayer layer, ArchiveFile file) : IDisposable
{
    private const int CopyBytes = 256 << 10;

    private BlobIngest? owned;

    public PlannedLayer Layer => layer;

    public ArchiveFile File => file;

    /// <summary>Number of the snapshot; null where the chain was there.</summary>
    public long? Snapshot { get; init; }

    /// <summary>The ingest that is to be published; null where the store had the blob.</summary>
    public BlobIngest? Ingest { get; private set; }

    /// <summary>Digest of the stored bytes.</summary>
    public Digest BlobDigest { get; private set; }

    public Compression Compression { get; private set; }

    public AppliedLayer Applied { get; private set; } = new();

    public void Run(ContentStore content, SnapshotStore snapshots, LayerOptions options, Func<Stream, Stream> watch, CancellationToken ct)
    {
        // without a descriptor, the one blob that can be known beforehand is the uncompressed layer
        Digest? digest = layer.Descriptor?.Digest ?? (content.Contains(layer.DiffId) && content.SizeOf(layer.DiffId) == file.Size ? layer.DiffId : null);
        BlobDigest = digest ?? default;
        if (file.Spooled is { } spooled)
        {
            BlobDigest = spooled.Complete(layer.Descriptor?.Digest, layer.Descriptor?.Size);
            Ingest = spooled;
        }
        else if (digest is null || !content.Contains(digest.Value))
        {
            Ingest = owned = content.BeginIngest(digest?.Algorithm ?? "sha256");
        }

        if (layer.Descriptor is { } named && named.Size != file.Size)
        {
            throw new BlobMismatchException($"layer {named.Digest}: the archive has {file.Size} bytes, its manifest says {named.Size}");
        }

        if (Snapshot is { } number) { Unpack(number, snapshots, options, watch, ct); }
        else { Store(watch, ct); }
    }

    public void Dispose() => owned?.Dispose();

    private void Unpack(long number, SnapshotStore snapshots, LayerOptions options, Func<Stream, Stream> watch, CancellationToken ct)
    {
        var source = new LayerSource
        {
            Open = () => watch(file.Open()),
            Digest = file.Spooled?.Digest ?? layer.Descriptor?.Digest,
            Size = file.Size,
            DiffId = layer.DiffId,
            Ingest = owned,
        };
        using DirFd target = snapshots.BeginLayer(number);
        UnpackedLayer unpacked = LayerUnpacker.Unpack(source, target, options, ct);
        if (owned is not null) { BlobDigest = unpacked.Digest; }

        Compression = unpacked.Compression;
        Applied = unpacked.Applied;
    }

    private void Store(Func<Stream, Stream> watch, CancellationToken ct)
    {
        using Stream stream = watch(file.Open());
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

        BlobDigest = owned.Complete(layer.Descriptor?.Digest, file.Size);
    }

    /// <summary>Without a descriptor the config's digest of the plain layer is all that says what the bytes must be. Where the layer is unpacked, that compares it.</summary>
    private void RequireDiffId(byte[] buffer, CancellationToken ct)
    {
        using Stream raw = file.Open();
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
