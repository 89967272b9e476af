using System.Text.Json;
using Inro.Images.Archives;
using Inro.Images.Content;
using Inro.Images.Copies;
using Inro.Images.Registry;
using Inro.Images.Transfers;
using Inro.Spec;
using Inro.Spec.Image;

namespace Inro.Images.Imports;

/// <summary>The layers of an image in the store, for another image that stands on them.</summary>
/// <param name="Layers">Its manifest's, the lowest first.</param>
/// <param name="DiffIds">Digests of the plain ones, in the same order.</param>
/// <param name="Format">In whose words the new image's manifest is written.</param>
public sealed record ImportBase(IReadOnlyList<Descriptor> Layers, IReadOnlyList<Digest> DiffIds, DocumentFormat Format)
{
    internal PlannedImage Plan((BlobIngest Blob, Digest DiffId)? added, ImageConfig config, ImageReference? reference)
    {
        if (Layers.Count != DiffIds.Count) { throw new ImageException($"the image below has {Layers.Count} layers, and its config names {DiffIds.Count}"); }

        byte[] configBytes = JsonSerializer.SerializeToUtf8Bytes(config, OciJson.Default.ImageConfig);
        List<Descriptor> layers = [.. Layers];
        List<Digest> diffIds = [.. DiffIds];
        if (added is { } top)
        {
            layers.Add(new Descriptor { MediaType = MediaTypes.OciLayerGzip, Digest = top.Blob.Digest, Size = top.Blob.Length });
            diffIds.Add(top.DiffId);
        }

        RegistryDocument manifest = DocumentConversion.Manifest(new Manifest
        {
            SchemaVersion = 2,
            MediaType = MediaTypes.OciManifest,
            Config = new Descriptor { MediaType = MediaTypes.OciConfig, Digest = Digest.Sha256(configBytes), Size = configBytes.Length },
            Layers = layers,
        }, Format);
        return new PlannedImage
        {
            References = reference is null ? [] : [reference],
            Manifest = manifest.Bytes,
            ManifestDigest = manifest.Descriptor.Digest,
            ConfigBytes = configBytes,
            ConfigDigest = Digest.Sha256(configBytes),
            Config = config,
            Layers = [.. PlanLayers(layers, diffIds, added?.Blob)],
        };
    }

    private IEnumerable<PlannedLayer> PlanLayers(List<Descriptor> layers, List<Digest> diffIds, BlobIngest? added)
    {
        IReadOnlyList<Digest> chain = ChainId.All(diffIds);
        for (int i = 0; i < layers.Count; i++)
        {
            Descriptor descriptor = layers[i];
            bool isAdded = i == DiffIds.Count;
            yield return new PlannedLayer
            {
                ChainId = chain[i],
                Parent = i == 0 ? null : chain[i - 1],
                DiffId = diffIds[i],
                Descriptor = descriptor,
                FindOrigin = () => isAdded
                    ? new ArchiveFile(added!.Length, file: null, spooled: added) // not null: it is the added one
                    : throw new ImageException($"layer {descriptor.Digest} of the image below is missing", "pull the image again, or see inro system check --repair"),
            };
        }
    }
}
