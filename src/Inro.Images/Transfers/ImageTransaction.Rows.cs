using System.Globalization;
using System.Text.Json;
using Inro.Images.Bytes;
using Inro.Images.Content;
using Inro.Images.Layers;
using Inro.Spec;
using Inro.Spec.Image;

namespace Inro.Images.Transfers;

internal sealed partial class ImageTransaction
{
    private void AddRows(PlannedImage image)
    {
        AddDocument(image.ConfigBytes, image.ConfigDigest);
        byte[] manifestBytes = image.Manifest ?? WriteManifest(image);
        Digest manifest = image.Manifest is null ? Digest.Sha256(manifestBytes) : image.ManifestDigest;
        AddDocument(manifestBytes, manifest);
        foreach ((Digest digest, byte[] bytes) in image.Indexes) { AddDocument(bytes, digest); }

        var row = new ImageRecord
        {
            Manifest = manifest,
            Target = image.Target,
            Config = image.ConfigDigest,
            ChainId = image.Layers.Count == 0 ? null : image.Layers[^1].ChainId,
            SizeBytes = image.Layers.Sum(SizeOf),
            Created = DateTimeOffset.TryParse(image.Config.Created, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset created) ? created : null,
            Blobs = [manifest, image.ConfigDigest, .. image.Layers.Select(BlobOf), .. image.Indexes.Select(static i => i.Digest)],
        };
        if (image.References.Count == 0) { rows.Add(row); }

        foreach (ImageReference reference in image.References) { rows.Add(row with { Reference = reference.ToString() }); }
    }

    private void AddDocument(byte[] bytes, Digest digest)
    {
        if (IsWhole(digest, bytes)) { return; }

        BlobIngest ingest = content.BeginIngest(digest.Algorithm);
        documents.Add(ingest);
        ingest.Write(bytes);
        ingest.Complete(digest);
    }

    /// <summary>A document that was changed on the disk is written again.</summary>
    private bool IsWhole(Digest digest, byte[] bytes)
    {
        try { return content.Contains(digest) && content.Read(digest, bytes.Length).AsSpan().SequenceEqual(bytes); }
        catch (Exception changed) when (changed is BlobMismatchException or InvalidDataException) { return false; }
    }

    private long SizeOf(PlannedLayer layer) =>
        known.TryGetValue(layer.ChainId, out LayerRecord? record) ? record.SizeBytes : jobs[layer.ChainId].Applied.SizeBytes;

    private Digest BlobOf(PlannedLayer layer) => layer.Descriptor?.Digest ?? jobs[layer.ChainId].BlobDigest;

    /// <summary>A docker archive has no manifest of its own: this one names the config and the layers as they are stored.</summary>
    private byte[] WriteManifest(PlannedImage image)
    {
        var manifest = new Manifest
        {
            SchemaVersion = 2,
            MediaType = MediaTypes.OciManifest,
            Config = new Descriptor { MediaType = MediaTypes.OciConfig, Digest = image.ConfigDigest, Size = image.ConfigBytes.Length },
            Layers = [.. image.Layers.Select(layer => jobs[layer.ChainId]).Select(job => new Descriptor
            {
                MediaType = job.Compression switch
                {
                    Compression.Gzip => MediaTypes.OciLayerGzip,
                    Compression.Zstd => MediaTypes.OciLayerZstd,
                    _ => MediaTypes.OciLayerTar,
                },
                Digest = job.BlobDigest,
                Size = job.Origin.Size,
            })],
        };
        return JsonSerializer.SerializeToUtf8Bytes(manifest, OciJson.Default.Manifest);
    }
}
