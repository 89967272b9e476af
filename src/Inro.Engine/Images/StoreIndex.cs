using System.Text.Json;
using Inro.Images;
using Inro.Images.Content;
using Inro.Linux.Files;
using Inro.Spec;
using Inro.Spec.Image;

namespace Inro.Engine.Images;

/// <summary>One line of <see cref="StoreIndex"/>.</summary>
/// <param name="Manifest">Digest of the image's manifest.</param>
/// <param name="Reference">Its name; null for an image without one.</param>
/// <param name="Target">What the name stands for at its registry.</param>
/// <param name="IsPinned">Whether it is pinned.</param>
internal sealed record IndexedImage(Digest Manifest, ImageReference? Reference, Digest? Target, bool IsPinned);

/// <summary>
/// The names of all images beside the database, as the <c>index.json</c> of an OCI layout: with the blobs the store's directory is one, which other
/// programs can read, and out of which the database can be made again.
/// </summary>
/// <param name="path">The store's directory.</param>
internal sealed class StoreIndex(string path)
{
    /// <summary>Name of the file.</summary>
    public const string FileName = "index.json";

    private const string LayoutName = "oci-layout";
    private const string LockName = "index.lock";
    private const string TargetAnnotation = "inro.image.target";
    private const string PinnedAnnotation = "inro.image.pinned";
    private const int MaxBytes = 64 << 20;
    private static readonly TimeSpan LockDeadline = TimeSpan.FromSeconds(10);

    /// <summary>Writes the file anew; readers see the old one or the new one. A full disk leaves the old one: a check finds and mends that.</summary>
    /// <param name="read">Reads all images: under the lock, so that who writes last has read last.</param>
    public void Write(Func<IReadOnlyList<IndexedImage>> read) => Write((root, _) => IndexLines.Of(Described(read(), root)));

    /// <summary>The same where only some images have changed.</summary>
    /// <param name="references">Names that have come, gone, or mean another image.</param>
    /// <param name="manifests">Images that have changed otherwise.</param>
    /// <param name="read">Reads all images.</param>
    /// <param name="readOne">Reads the rows of one of them.</param>
    public void Update(IReadOnlyCollection<string> references, IReadOnlyCollection<Digest> manifests, Func<IReadOnlyList<IndexedImage>> read, Func<Digest, IReadOnlyList<IndexedImage>> readOne) => Write((root, file) =>
    {
        if (file is null || IndexLines.Read(file) is not { } lines) { return IndexLines.Of(Described(read(), root)); }

        HashSet<Digest> changed = [.. manifests];
        lines.AddManifestsOf(references, changed);
        List<IndexedImage> now = [];
        foreach (Digest manifest in changed) { now.AddRange(readOne(manifest)); }

        lines.Exchange(changed, Described(now, root));
        return lines;
    });

    private void Write(Func<DirFd, byte[]?, IndexLines> change)
    {
        try
        {
            using DirFd root = DirFd.Open(path);
            using FileLock alone = FileLock.Acquire(root, LockName, shared: false, LockDeadline);
            IReadOnlyList<ReadOnlyMemory<byte>> index = change(root, Bytes()).Write();
            if (root.TryStatus(LayoutName, out _) != Linux.Errno.None)
            {
                AtomicFile.Write(root, LayoutName, JsonSerializer.SerializeToUtf8Bytes(new ImageLayout { ImageLayoutVersion = ImageLayout.Version }, OciJson.Default.ImageLayout));
            }

            AtomicFile.Write(root, FileName, index);
        }
        catch (Exception left) when (left is TimeoutException || (left is IOException full && FullDisk.Is(full))) { }
    }

    private byte[]? Bytes()
    {
        string file = $"{path}/{FileName}";
        return File.Exists(file) && new FileInfo(file).Length <= MaxBytes ? File.ReadAllBytes(file) : null;
    }

    /// <summary>What the file says; null where there is none, or it cannot be read.</summary>
    public IReadOnlyList<IndexedImage>? Read()
    {
        try
        {
            return Bytes() is { } file ? [.. OciDocument.ReadIndex(file).Manifests.Select(Image)] : null;
        }
        catch (FormatException) { return null; }
    }

    /// <summary>What the rows say, in the same form.</summary>
    public static IReadOnlyList<IndexedImage> Of(IReadOnlyList<ImageRecord> rows, IReadOnlyDictionary<string, ImageMark> marks) =>
        [.. rows.Select(r => new IndexedImage(r.Manifest, r.Reference is null ? null : ImageReference.Parse(r.Reference), r.Target, marks.TryGetValue(r.Manifest.ToString(), out ImageMark mark) && mark.IsPinned))];

    private static IEnumerable<Descriptor> Described(IReadOnlyList<IndexedImage> images, DirFd root)
    {
        var content = new ContentStore(root);
        return images.Select(image => new Descriptor
        {
            MediaType = TypeOf(image.Manifest, content, out long size),
            Digest = image.Manifest,
            Size = size,
            Annotations = Words(image),
        });
    }

    private static string TypeOf(Digest manifest, ContentStore content, out long size)
    {
        size = content.SizeOf(manifest) ?? 0;
        try { return (size is > 0 and <= OciDocument.MaxManifestBytes ? OciDocument.MediaTypeOf(content.Read(manifest, OciDocument.MaxManifestBytes)) : null) ?? MediaTypes.OciManifest; }
        catch (IOException) { return MediaTypes.OciManifest; } // missing or changed: a check says so
    }

    private static SortedDictionary<string, string>? Words(IndexedImage image)
    {
        SortedDictionary<string, string> words = new(StringComparer.Ordinal);
        if (image.Reference is { } reference)
        {
            words[Annotations.ContainerdImageName] = reference.ToString();
            words[Annotations.RefName] = reference.Familiar;
        }

        if (image.Target is { } target) { words[TargetAnnotation] = target.ToString(); }

        if (image.IsPinned) { words[PinnedAnnotation] = "true"; }

        return words.Count > 0 ? words : null;
    }

    private static IndexedImage Image(Descriptor descriptor)
    {
        IReadOnlyDictionary<string, string> words = descriptor.Annotations ?? new Dictionary<string, string>();
        ImageReference? reference = words.TryGetValue(Annotations.ContainerdImageName, out string? name) && ImageReference.TryParse(name, out ImageReference? parsed, out _) ? parsed : null;

        Digest? target = words.TryGetValue(TargetAnnotation, out string? text) && Digest.TryParse(text, out Digest digest) ? digest : null;
        return new IndexedImage(descriptor.Digest, reference, target, words.ContainsKey(PinnedAnnotation));
    }
}
