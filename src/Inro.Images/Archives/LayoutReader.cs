using Inro.Images.Bytes;
using Inro.Spec;
using Inro.Spec.Image;

namespace Inro.Images.Archives;

/// <summary>Finds the images of an OCI layout: index.json, then by digest.</summary>
/// <remarks>Source: OCI image-spec v1.1.1, image-layout.md.</remarks>
/// <param name="files">The archive.</param>
/// <param name="platform">Which of several manifests of one image is wanted.</param>
internal sealed class LayoutReader(ArchiveFiles files, Platform platform)
{
    /// <summary>Deepest index in an index.</summary>
    private const int MaxDepth = 4;

    /// <summary>Most images of one archive.</summary>
    private const int MaxImages = 1_000;

    private readonly HashSet<string> offered = new(StringComparer.Ordinal);

    public IReadOnlyList<PlannedImage> Read()
    {
        OciDocument.CheckLayout(files.Read("oci-layout", OciDocument.MaxManifestBytes));
        ImageIndex index = OciDocument.ReadIndex(files.Read("index.json", OciDocument.MaxManifestBytes));
        if (index.Manifests.Count > MaxImages) { throw new ArchiveException($"index.json names {index.Manifests.Count} images, the limit is {MaxImages}"); }

        // one name may stand at several manifests, one for each platform
        var images = new List<PlannedImage>();
        foreach (IGrouping<string, Descriptor> named in index.Manifests.GroupBy(NameOf, StringComparer.Ordinal))
        {
            IEnumerable<Descriptor> chosen = named.Key.Length == 0 ? named : Choose([.. named]) is { } best ? [best] : [];
            images.AddRange(chosen.Select(d => Manifest(d, 0)).OfType<Descriptor>().DistinctBy(d => d.Digest).Select(d => Plan(d, named.Key)));
        }

        return images.Count > 0 || offered.Count == 0
            ? images
            : throw new ArchiveException($"the archive has no image for {platform} (it has {string.Join(", ", offered)})");
    }

    /// <summary>The manifest behind a descriptor, through indexes; null where none is for the platform, or it is no image.</summary>
    private Descriptor? Manifest(Descriptor descriptor, int depth)
    {
        if (MediaTypes.IsSchemaOne(descriptor.MediaType)) { throw new ArchiveException("a schema 1 manifest is not supported", "save the image again with a current program"); }

        if (IsOther(descriptor)) { return null; }

        if (MediaTypes.IsManifest(descriptor.MediaType)) { return Choose([descriptor]); }

        if (!MediaTypes.IsIndex(descriptor.MediaType)) { throw new ArchiveException($"{descriptor.Digest} has the unknown media type '{descriptor.MediaType}'"); }

        if (depth == MaxDepth) { throw new ArchiveException($"indexes are nested more than {MaxDepth} deep"); }

        ImageIndex index = OciDocument.ReadIndex(ReadBlob(descriptor, OciDocument.MaxManifestBytes));
        return Choose(index.Manifests) is { } best ? Manifest(best, depth + 1) : null;
    }

    private Descriptor? Choose(IReadOnlyList<Descriptor> choices)
    {
        Descriptor? best = null;
        int bestDistance = int.MaxValue;
        foreach (Descriptor choice in choices)
        {
            if (IsOther(choice)) { continue; }

            int? distance = choice.Platform is { } offer ? platform.Distance(offer) : 0; // who says nothing is taken at its word
            if (choice.Platform is { } named) { offered.Add(named.ToString()); }

            if (distance is { } d && d < bestDistance) { (best, bestDistance) = (choice, d); }
        }

        return best;
    }

    /// <summary>Attestations and other artifacts that stand beside images.</summary>
    private static bool IsOther(Descriptor descriptor) =>
        descriptor.ArtifactType is not null
        || (descriptor.Annotations?.ContainsKey(Annotations.DockerReferenceType) ?? false)
        || descriptor.Platform is { OperatingSystem: "unknown" };

    private PlannedImage Plan(Descriptor descriptor, string name)
    {
        byte[] manifestBytes = ReadBlob(descriptor, OciDocument.MaxManifestBytes);
        Manifest manifest = OciDocument.ReadManifest(manifestBytes);
        byte[] configBytes = ReadBlob(manifest.Config, OciDocument.MaxConfigBytes);
        ImageConfig config = OciDocument.ReadConfig(configBytes);
        IReadOnlyList<Digest> diffIds = config.RootFileSystem.DiffIds;
        if (diffIds.Count != manifest.Layers.Count)
        {
            throw new ArchiveException($"manifest {descriptor.Digest} has {manifest.Layers.Count} layers and its config {diffIds.Count}");
        }

        IReadOnlyList<Digest> chain = ChainId.All(diffIds);
        return new PlannedImage
        {
            References = name.Length == 0 ? [] : [ImageReference.Parse(name)],
            Manifest = manifestBytes,
            ManifestDigest = descriptor.Digest,
            ConfigBytes = configBytes,
            ConfigDigest = manifest.Config.Digest,
            Config = config,
            Layers = [.. manifest.Layers.Select((layer, i) => new PlannedLayer
            {
                ChainId = chain[i],
                Parent = i == 0 ? null : chain[i - 1],
                DiffId = diffIds[i],
                Descriptor = MediaTypes.IsLayer(layer.MediaType) ? layer
                    : throw new ArchiveException($"layer {layer.Digest} has the unknown media type '{layer.MediaType}'"),
                Path = PathOf(layer.Digest),
            })],
        };
    }

    private byte[] ReadBlob(Descriptor descriptor, int maxBytes)
    {
        byte[] bytes = files.Read(PathOf(descriptor.Digest), maxBytes);
        using var verifying = new VerifyingStream(new MemoryStream(bytes, writable: false), descriptor.Digest, descriptor.Size);
        verifying.Finish();
        return bytes;
    }

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
