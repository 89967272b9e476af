using Inro.Spec;
using Inro.Spec.Image;

namespace Inro.Images.Transfers;

/// <summary>Finds the image that a descriptor leads to on one platform, through indexes, and reads its documents.</summary>
/// <remarks>Source: OCI image-spec v1.1.1, image-index.md and manifest.md.</remarks>
/// <param name="documents">Where they are.</param>
/// <param name="platform">Which of several manifests of one image is wanted.</param>
internal sealed class ImagePlanner(IImageDocuments documents, Platform platform)
{
    /// <summary>Deepest index in an index.</summary>
    private const int MaxDepth = 4;

    private readonly SortedSet<string> offered = new(StringComparer.Ordinal);

    /// <summary>Platforms that were offered so far.</summary>
    public IReadOnlyCollection<string> Offered => offered;

    /// <summary>The manifest behind a descriptor; null where none is for the platform, or it is no image.</summary>
    public Descriptor? FindManifest(Descriptor descriptor) => FindManifest(descriptor, 0);

    /// <summary>The choice that serves the platform best; null where none does.</summary>
    public Descriptor? Choose(IReadOnlyList<Descriptor> choices)
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

    /// <summary>Reads manifest and config of one image.</summary>
    /// <param name="descriptor">Of the manifest.</param>
    /// <param name="references">Its names.</param>
    public PlannedImage Plan(Descriptor descriptor, IReadOnlyList<ImageReference> references)
    {
        byte[] manifestBytes = documents.Read(descriptor, OciDocument.MaxManifestBytes);
        Manifest manifest = OciDocument.ReadManifest(manifestBytes);
        byte[] configBytes = documents.Read(manifest.Config, OciDocument.MaxConfigBytes);
        ImageConfig config = OciDocument.ReadConfig(configBytes);
        return new PlannedImage
        {
            References = references,
            Manifest = manifestBytes,
            ManifestDigest = descriptor.Digest,
            ConfigBytes = configBytes,
            ConfigDigest = manifest.Config.Digest,
            Config = config,
            Layers = Layers(manifest, config),
        };
    }

    private IReadOnlyList<PlannedLayer> Layers(Manifest manifest, ImageConfig config)
    {
        IReadOnlyList<Digest> diffIds = config.RootFileSystem.DiffIds;
        if (diffIds.Count != manifest.Layers.Count)
        {
            throw new ImageException($"the manifest names {manifest.Layers.Count} layers and the config {diffIds.Count}");
        }

        IReadOnlyList<Digest> chain = ChainId.All(diffIds);
        return [.. manifest.Layers.Select((layer, i) => new PlannedLayer
        {
            ChainId = chain[i],
            Parent = i == 0 ? null : chain[i - 1],
            DiffId = diffIds[i],
            Descriptor = MediaTypes.IsLayer(layer.MediaType) ? layer
                : throw new ImageException($"layer {layer.Digest} has the unknown media type '{layer.MediaType}'"),
            FindOrigin = () => documents.FindLayer(layer),
        })];
    }

    private Descriptor? FindManifest(Descriptor descriptor, int depth)
    {
        if (MediaTypes.IsSchemaOne(descriptor.MediaType))
        {
            throw new ImageException($"{descriptor.Digest} is a schema 1 manifest, which is not supported", "make the image again with a current program");
        }

        if (IsOther(descriptor)) { return null; }

        if (MediaTypes.IsManifest(descriptor.MediaType)) { return Choose([descriptor]); }

        if (!MediaTypes.IsIndex(descriptor.MediaType)) { throw new ImageException($"{descriptor.Digest} has the unknown media type '{descriptor.MediaType}'"); }

        if (depth == MaxDepth) { throw new ImageException($"indexes are nested more than {MaxDepth} deep"); }

        ImageIndex index = OciDocument.ReadIndex(documents.Read(descriptor, OciDocument.MaxManifestBytes));
        return Choose(index.Manifests) is { } best ? FindManifest(best, depth + 1) : null;
    }

    /// <summary>Attestations and other artifacts that stand beside images.</summary>
    private static bool IsOther(Descriptor descriptor) =>
        descriptor.ArtifactType is not null
        || (descriptor.Annotations?.ContainsKey(Annotations.DockerReferenceType) ?? false)
        || descriptor.Platform is { OperatingSystem: "unknown" };
}
