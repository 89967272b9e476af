using Inro.Engine.Registries;
using Inro.Images;
using Inro.Images.Bytes;
using Inro.Images.Content;
using Inro.Images.Registry;
using Inro.Spec;
using Inro.Spec.Image;

namespace Inro.Engine.Checks;

/// <summary>Fetches single blobs of images again from the registry that they came from.</summary>
/// <param name="content">Where they go.</param>
/// <param name="access">How registries are asked; null: they are not.</param>
internal sealed class BlobFetch(ContentStore content, RegistryAccess? access)
{
    /// <summary>Fetches one; null: it is there now, otherwise why it is not.</summary>
    /// <param name="blob">Which.</param>
    /// <param name="image">Whose it is.</param>
    /// <param name="ct">Ends it.</param>
    public string? Fetch(Digest blob, ImageRecord image, CancellationToken ct)
    {
        if (image.Reference is not { } name || image.Target is null) { return "the image came from no registry: load it again"; }

        ImageReference reference = ImageReference.Parse(name);
        if (access is null) { return $"inro pull {reference.Familiar}"; }

        try
        {
            using RegistrySet registry = access.ToPull(reference);
            Descriptor? descriptor = DescriptorOf(blob, image);
            using BlobIngest ingest = content.BeginIngest(blob.Algorithm);
            if (descriptor is null) { ingest.Write(registry.GetDocument(blob.ToString(), ct).Bytes); }
            else { Copy(registry, descriptor, ingest, ct); }

            ingest.Complete(blob);
            ingest.Flush();
            ingest.Publish();
            content.FlushNames(blob.Algorithm);
            return null;
        }
        catch (RegistryException refused) { return RegistryAccess.Failure(refused).Problem; }
        catch (EngineException refused) { return refused.Problem; }
        catch (IOException failed) { return failed.Message; }
    }

    /// <summary>What the manifest says of a config or a layer; null for the manifest itself and for indexes.</summary>
    private Descriptor? DescriptorOf(Digest blob, ImageRecord image)
    {
        if (blob == image.Manifest || blob == image.Target) { return null; }

        try
        {
            Manifest manifest = OciDocument.ReadManifest(content.Read(image.Manifest, OciDocument.MaxManifestBytes));
            return manifest.Layers.Append(manifest.Config).FirstOrDefault(d => d.Digest == blob);
        }
        catch (Exception damaged) when (damaged is FormatException or BlobMismatchException or BlobNotFoundException) { throw new IOException($"its manifest cannot be read: {damaged.Message}", damaged); }
    }

    private static void Copy(RegistrySet registry, Descriptor descriptor, BlobIngest ingest, CancellationToken ct)
    {
        using Stream bytes = registry.OpenBlob(descriptor, 0, ct);
        byte[] buffer = new byte[StreamChunks.DefaultChunkBytes];
        for (int count = bytes.Read(buffer); count > 0; count = bytes.Read(buffer))
        {
            ct.ThrowIfCancellationRequested();
            ingest.Write(buffer.AsSpan(0, count));
        }
    }
}
