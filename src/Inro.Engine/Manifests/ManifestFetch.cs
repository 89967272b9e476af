using Inro.Images.Registry;
using Inro.Images.Transfers;
using Inro.Spec;
using Inro.Spec.Image;

namespace Inro.Engine.Manifests;

/// <summary>Reads manifests at a registry with what they run on.</summary>
internal sealed class ManifestFetch(RegistrySet registry, ImageReference reference, CancellationToken ct)
{
    private const int MaxManifests = 1_000;

    public IReadOnlyList<ManifestEntry> Read(bool withAll)
    {
        RegistryDocument document = registry.GetDocument(reference.Digest?.ToString() ?? reference.Tag!, ct); // a reference has one of the two
        if (!MediaTypes.IsIndex(document.Descriptor.MediaType)) { return [Entry(document, reference.ToString(), null)]; }

        if (!withAll) { throw new ImageException($"{reference} is a manifest list", "name one of its manifests by digest, or take all with --all"); }

        IReadOnlyList<Descriptor> manifests = OciDocument.ReadIndex(document.Bytes).Manifests;
        if (manifests.Count > MaxManifests) { throw new ImageException($"it names {manifests.Count} manifests, the limit is {MaxManifests}"); }

        return [.. manifests.Select(m => Entry(registry.GetDocument(m.Digest.ToString(), ct), $"{reference.Name}@{m.Digest}", m.Platform))];
    }

    private ManifestEntry Entry(RegistryDocument document, string name, Platform? platform)
    {
        if (!MediaTypes.IsManifest(document.Descriptor.MediaType)) { throw new ImageException($"{document.Descriptor.Digest} is no manifest of one image"); }

        return new ManifestEntry
        {
            Reference = name,
            Descriptor = document.Descriptor with { Platform = platform ?? PlatformOf(OciDocument.ReadManifest(document.Bytes)) },
            Bytes = document.Bytes,
        };
    }

    /// <summary>What an image runs on, by its config; null for what is no image.</summary>
    private Platform? PlatformOf(Manifest manifest)
    {
        if (manifest.Config.MediaType is not (MediaTypes.OciConfig or MediaTypes.DockerConfig)) { return null; }

        if (manifest.Config.Size > OciDocument.MaxConfigBytes) { throw new ImageException($"its config has {manifest.Config.Size} bytes, the limit is {OciDocument.MaxConfigBytes}"); }

        ImageConfig config = OciDocument.ReadConfig(registry.ReadBlob(manifest.Config, ct));
        return new Platform
        {
            Architecture = config.Architecture ?? "",
            OperatingSystem = config.OperatingSystem ?? "",
            Variant = config.Variant,
            OperatingSystemVersion = config.OperatingSystemVersion,
            OperatingSystemFeatures = config.OperatingSystemFeatures,
        };
    }
}
