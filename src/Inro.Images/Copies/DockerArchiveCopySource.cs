using System.IO.Compression;
using System.Security.Cryptography;
using Inro.Images.Archives;
using Inro.Images.Bytes;
using Inro.Images.Content;
using Inro.Images.Layers;
using Inro.Images.Registry;
using Inro.Images.Transfers;
using Inro.Spec;
using Inro.Spec.Image;

namespace Inro.Images.Copies;

/// <summary>An image of a docker archive, which has no manifest: one is made here, of the layers as they are or, where that is wanted, compressed.</summary>
internal sealed class DockerArchiveCopySource : CopySource
{
    private const int CopyBytes = 256 << 10;

    private readonly ArchiveFiles files;
    private readonly Dictionary<Digest, LayerOrigin> blobs = [];
    private readonly List<BlobIngest> made = [];

    /// <param name="files">Closed with this object.</param>
    /// <param name="name">What errors call it.</param>
    /// <param name="image">Its name in the archive; null for the only one.</param>
    /// <param name="scratch">Where compressed layers are kept until the end; null leaves layers as they are.</param>
    /// <param name="ct">Ends it.</param>
    public DockerArchiveCopySource(ArchiveFiles files, string name, string? image, ContentStore? scratch, CancellationToken ct)
    {
        this.files = files;
        Name = name;
        DockerArchiveEntry entry = Find(image);
        byte[] config = files.Read(entry.Config, OciDocument.MaxConfigBytes);
        IReadOnlyList<Digest> diffIds = OciDocument.ReadConfig(config).RootFileSystem.DiffIds;
        if (diffIds.Count != entry.Layers.Count) { throw new ImageException($"'{entry.Config}' names {diffIds.Count} layers and manifest.json {entry.Layers.Count}"); }

        var manifest = new Manifest
        {
            SchemaVersion = 2,
            MediaType = MediaTypes.OciManifest,
            Config = new Descriptor { MediaType = MediaTypes.OciConfig, Digest = Digest.Sha256(config), Size = config.Length },
            Layers = [.. entry.Layers.Select((path, i) => Take(files.FindLayer(path), diffIds[i], scratch, ct))],
        };
        blobs[manifest.Config.Digest] = files.FindLayer(entry.Config);
        byte[] bytes = OciDocument.Write(manifest);
        Target = new RegistryDocument(bytes, new Descriptor { MediaType = MediaTypes.OciManifest, Digest = Digest.Sha256(bytes), Size = bytes.Length });
    }

    public override string Name { get; }

    internal override RegistryDocument Target { get; }

    internal override byte[] Read(Descriptor descriptor, int maxBytes)
    {
        if (descriptor.Digest == Target.Descriptor.Digest) { return Target.Bytes; }

        if (descriptor.Size > maxBytes) { throw new ImageException($"{descriptor.Digest} has {descriptor.Size} bytes, the limit is {maxBytes}"); }

        using var stream = new VerifyingStream(FindLayer(descriptor).Open(), descriptor.Digest, descriptor.Size);
        byte[] bytes = new byte[descriptor.Size];
        stream.ReadExactly(bytes);
        stream.Finish();
        return bytes;
    }

    internal override LayerOrigin FindLayer(Descriptor descriptor) =>
        blobs.TryGetValue(descriptor.Digest, out LayerOrigin? origin) ? origin : throw new ImageException($"the archive lacks the blob {descriptor.Digest}");

    private protected override void Close()
    {
        made.ForEach(static m => m.Dispose());
        files.Dispose();
    }

    private DockerArchiveEntry Find(string? image)
    {
        IReadOnlyList<DockerArchiveEntry> entries = OciDocument.ReadArchiveManifest(files.Read("manifest.json", OciDocument.MaxArchiveManifestBytes));
        ImageReference? wanted = image is null ? null : ImageReference.Parse(image);
        DockerArchiveEntry[] found = wanted is null ? [.. entries] : [.. entries.Where(e => (e.RepoTags ?? []).Any(t => ImageReference.TryParse(t, out ImageReference? r, out _) && r == wanted))];
        if (found.Length == 1) { return found[0]; }

        string names = LayoutNames.Shown(string.Join(", ", entries.SelectMany(static e => e.RepoTags ?? []).Take(20)));
        throw new ImageException(
            wanted is null ? $"{Name} holds {entries.Count} images" : $"{Name}: no image of that name is in the archive",
            names.Length > 0 ? $"name one of: {names}" : null);
    }

    /// <summary>What the manifest says of a layer. The same layer may stand in an image twice.</summary>
    private Descriptor Take(LayerOrigin origin, Digest diffId, ContentStore? scratch, CancellationToken ct)
    {
        Compression compression = CompressionOf(origin);
        string type = compression switch { Compression.Gzip => MediaTypes.OciLayerGzip, Compression.Zstd => MediaTypes.OciLayerZstd, _ => MediaTypes.OciLayerTar };
        if (compression != Compression.None)
        {
            Digest digest = origin.Spooled?.Complete() ?? DigestOf(origin, ct);
            blobs[digest] = origin;
            return new Descriptor { MediaType = type, Digest = digest, Size = origin.Size };
        }

        if (scratch is null)
        {
            blobs[diffId] = origin; // without compression the layer is its own diff: whoever reads it compares
            return new Descriptor { MediaType = type, Digest = diffId, Size = origin.Size };
        }

        BlobIngest packed = Pack(origin, diffId, scratch, ct);
        blobs[packed.Digest] = new ArchiveFile(packed.Length, file: null, spooled: packed);
        return new Descriptor { MediaType = MediaTypes.OciLayerGzip, Digest = packed.Digest, Size = packed.Length };
    }

    private BlobIngest Pack(LayerOrigin origin, Digest diffId, ContentStore scratch, CancellationToken ct)
    {
        BlobIngest packed = scratch.BeginIngest();
        made.Add(packed);
        using (var plain = new VerifyingStream(origin.Open(), diffId, origin.Size))
        using (var gzip = new GZipStream(new IngestStream(packed), CompressionLevel.Optimal))
        {
            byte[] buffer = new byte[CopyBytes];
            for (int count = plain.Read(buffer); count > 0; count = plain.Read(buffer))
            {
                ct.ThrowIfCancellationRequested();
                gzip.Write(buffer, 0, count);
            }
        }

        packed.Complete();
        return packed;
    }

    private static Compression CompressionOf(LayerOrigin origin)
    {
        byte[] start = new byte[Decompression.MagicBytes];
        using Stream bytes = origin.Open();
        return Decompression.Detect(start.AsSpan(0, bytes.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)));
    }

    private static Digest DigestOf(LayerOrigin origin, CancellationToken ct)
    {
        using Stream bytes = origin.Open();
        using IncrementalHash hash = Hashes.Create("sha256");
        byte[] buffer = new byte[CopyBytes];
        for (int count = bytes.Read(buffer); count > 0; count = bytes.Read(buffer))
        {
            ct.ThrowIfCancellationRequested();
            hash.AppendData(buffer.AsSpan(0, count));
        }

        return Digest.FromHash("sha256", hash.GetHashAndReset());
    }
}
