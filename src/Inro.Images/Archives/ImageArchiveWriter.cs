using System.Text.Json;
using Inro.Images.Bytes;
using Inro.Spec;
using Inro.Spec.Image;

namespace Inro.Images.Archives;

/// <summary>One image of an archive that is being written.</summary>
public sealed record ArchivedImage
{
    /// <summary>Its manifest, or an index of several, with the platform where it is known. The annotations of its names are added.</summary>
    public required Descriptor Target { get; init; }

    /// <summary>The names it gets; empty for none.</summary>
    public required IReadOnlyList<ImageReference> References { get; init; }

    /// <summary>Its config; null for an index, which a docker archive cannot name.</summary>
    public Digest? Config { get; init; }

    /// <summary>Its layers as stored, the base first.</summary>
    public IReadOnlyList<Digest> Layers { get; init; } = [];
}

/// <summary>
/// Writes an archive that is an OCI image layout and a docker archive at once: blobs as they come, at the end the two lists of images. The same
/// blobs and images in the same order are the same bytes.
/// </summary>
/// <remarks>Source: OCI image-spec v1.1.1, image-layout.md; moby's image specification v1.2.</remarks>
/// <param name="output">Written front to back; owned by the caller.</param>
public sealed class ImageArchiveWriter(Stream output)
{
    private const int CopyBytes = 256 << 10;

    private readonly ArchiveTar tar = new(output);
    private readonly HashSet<string> directories = new(StringComparer.Ordinal);
    private readonly HashSet<Digest> blobs = [];
    private readonly List<ArchivedImage> images = [];

    /// <summary>True where the blob was written already: each is there once.</summary>
    public bool Contains(Digest digest) => blobs.Contains(digest);

    /// <summary>Writes a blob and compares its bytes with its digest on the way; nothing happens where it is there already.</summary>
    /// <param name="digest">Which.</param>
    /// <param name="size">Its length in bytes.</param>
    /// <param name="bytes">From its start; owned by the caller.</param>
    /// <param name="ct">Ends the writing; the archive is then of no use.</param>
    /// <exception cref="BlobMismatchException">The bytes are others. The archive is then of no use.</exception>
    public void AddBlob(Digest digest, long size, Stream bytes, CancellationToken ct)
    {
        if (!Begin(digest)) { return; }

        tar.Begin(PathOf(digest), size);
        using var verified = new VerifyingStream(new UnownedStream(bytes), digest, size);
        byte[] buffer = new byte[CopyBytes];
        for (int count = verified.Read(buffer); count > 0; count = verified.Read(buffer))
        {
            ct.ThrowIfCancellationRequested();
            output.Write(buffer, 0, count);
        }

        verified.Finish();
        tar.End(size);
    }

    /// <summary>Writes a small blob: a manifest, an index, a config.</summary>
    public void AddDocument(Digest digest, ReadOnlySpan<byte> bytes)
    {
        if (Begin(digest)) { tar.Write(PathOf(digest), bytes); }
    }

    /// <summary>Names an image whose blobs are written before or after.</summary>
    public void AddImage(ArchivedImage image) => images.Add(image);

    /// <summary>Writes the lists of images and the end.</summary>
    public void Finish()
    {
        tar.Write("index.json", JsonSerializer.SerializeToUtf8Bytes(Index(), OciJson.Default.ImageIndex));
        DockerArchiveEntry[] entries = [.. images.Where(static i => i.Config is not null).Select(Entry)];
        if (entries.Length > 0) { tar.Write("manifest.json", JsonSerializer.SerializeToUtf8Bytes(entries, OciJson.Default.DockerArchiveEntryArray)); }

        tar.Write("oci-layout", JsonSerializer.SerializeToUtf8Bytes(new ImageLayout { ImageLayoutVersion = ImageLayout.Version }, OciJson.Default.ImageLayout));
        tar.Finish();
    }

    private bool Begin(Digest digest)
    {
        if (!blobs.Add(digest)) { return false; }

        if (directories.Add("blobs")) { tar.Directory("blobs"); }

        if (directories.Add(digest.Algorithm)) { tar.Directory("blobs/" + digest.Algorithm); }

        return true;
    }

    private ImageIndex Index() => new()
    {
        SchemaVersion = 2,
        MediaType = MediaTypes.OciIndex,
        Manifests = [.. images.SelectMany(static i => i.References.Count == 0 ? [i.Target] : i.References.Select(r => Named(i.Target, r)))],
    };

    /// <summary>Docker's way: the whole name in containerd's annotation, the tag alone in the specification's.</summary>
    private static Descriptor Named(Descriptor target, ImageReference reference)
    {
        SortedDictionary<string, string> words = new(StringComparer.Ordinal);
        foreach ((string name, string value) in target.Annotations ?? new Dictionary<string, string>()) { words[name] = value; }

        words[Annotations.ContainerdImageName] = reference.ToString();
        if (reference.Tag is { } tag) { words[Annotations.RefName] = tag; }

        return target with { Annotations = words };
    }

    private static DockerArchiveEntry Entry(ArchivedImage image) => new()
    {
        Config = PathOf(image.Config!.Value), // only those with a config get here
        RepoTags = [.. image.References.Where(static r => r.Tag is not null).Select(static r => $"{r.FamiliarName}:{r.Tag}")],
        Layers = [.. image.Layers.Select(PathOf)],
    };

    private static string PathOf(Digest digest) => $"blobs/{digest.Algorithm}/{digest.Hex}";
}
