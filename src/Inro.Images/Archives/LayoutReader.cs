using Inro.Images.Bytes;
using Inro.Images.Transfers;
using Inro.Spec;
using Inro.Spec.Image;

namespace Inro.Images.Archives;

/// <summary>Finds the images of an OCI layout: index.json, then by digest.</summary>
/// <remarks>Source: OCI image-spec v1.1.1, image-layout.md.</remarks>
/// <param name="files">The archive.</param>
/// <param name="platform">Which of several manifests of one image is wanted.</param>
internal sealed class LayoutReader(ArchiveFiles files, Platform platform) : IImageDocuments
{
    /// <summary>Most images of one archive.</summary>
    private const int MaxImages = 1_000;

    public string Name => "the archive";

    public IReadOnlyList<PlannedImage> Read()
    {
        OciDocument.CheckLayout(files.Read("oci-layout", OciDocument.MaxManifestBytes));
        ImageIndex index = OciDocument.ReadIndex(files.Read("index.json", OciDocument.MaxManifestBytes));
        if (index.Manifests.Count > MaxImages) { throw new ImageException($"index.json names {index.Manifests.Count} images, the limit is {MaxImages}"); }

        // one name may stand at several manifests, one for each platform
        var planner = new ImagePlanner(this, platform);
        var images = new List<PlannedImage>();
        foreach (IGrouping<string, Descriptor> named in index.Manifests.GroupBy(NameOf, StringComparer.Ordinal))
        {
            ImageReference[] names = named.Key.Length == 0 ? [] : [ImageReference.Parse(named.Key)];
            IEnumerable<Descriptor> chosen = names.Length == 0 ? named : planner.Choose([.. named]) is { } best ? [best] : [];
            images.AddRange(chosen.Select(planner.FindManifest).OfType<Descriptor>().DistinctBy(d => d.Digest).Select(d => planner.Plan(d, names)));
        }

        return images.Count > 0 || planner.Offered.Count == 0
            ? images
            : throw new ImageException($"the archive has no image for {platform} (it has {string.Join(", ", planner.Offered)})");
    }

    public byte[] Read(Descriptor descriptor, int maxBytes)
    {
        byte[] bytes = files.Read(PathOf(descriptor.Digest), maxBytes);
        using var verifying = new VerifyingStream(new MemoryStream(bytes, writable: false), descriptor.Digest, descriptor.Size);
        verifying.Finish();
        return bytes;
    }

    public LayerOrigin FindLayer(Descriptor descriptor) => files.FindLayer(PathOf(descriptor.Digest));

    private static string PathOf(Digest digest) => $"blobs/{digest.Algorithm}/{digest.Hex}";

    /// <summary>The image's name, canonical; empty where it has none that says which image it is.</summary>
    private static string NameOf(Descriptor descriptor)
    {
        string? name = null;
        bool named = descriptor.Annotations is { } words
            && (words.TryGetValue(Annotations.ContainerdImageName, out name) || words.TryGetValue(Annotations.RefName, out name));

        // "latest" alone is the tag of a repository that the layout does not name
        return named && name != "latest" && ImageReference.TryParse(name!, out ImageReference? reference, out _) ? reference!.ToString() : "";
    }
}
