using Inro.Images.Bytes;
using Inro.Images.Content;
using Inro.Images.Registry;
using Inro.Images.Transfers;
using Inro.Spec;
using Inro.Spec.Image;

namespace Inro.Images.Pushes;

/// <summary>Gives images to registries: blobs that are not there, side by side, then the manifest that names them.</summary>
/// <param name="content">Where blobs are.</param>
/// <param name="metadata">Which repositories of a registry are likely to have a blob.</param>
public sealed class ImagePusher(ContentStore content, IImageMetadata metadata)
{
    private const int BlobsAtOnce = 4;

    /// <summary>Gives one image.</summary>
    /// <param name="client">The registry.</param>
    /// <param name="repository">The repository's name there.</param>
    /// <param name="reference">The image's name here.</param>
    /// <param name="progress">Told from several threads; null: nobody.</param>
    /// <param name="ct">Ends it; what was given stays there.</param>
    /// <returns>The manifest as it is there.</returns>
    /// <exception cref="RegistryException">The registry does not take it.</exception>
    /// <exception cref="ImageException">A blob of the image is missing here, or was changed.</exception>
    public async Task<Descriptor> PushAsync(RegistryClient client, string repository, ImageReference reference, IProgress<TransferProgress>? progress, CancellationToken ct)
    {
        ImageRecord image = metadata.FindImage(reference.ToString()) ?? throw new ImageException($"An image does not exist locally with the tag: {reference.FamiliarName}");
        try
        {
            byte[] bytes = content.Read(image.Manifest, OciDocument.MaxManifestBytes);
            Manifest manifest = OciDocument.ReadManifest(bytes);
            Descriptor[] blobs = [.. manifest.Layers.Where(static l => !MediaTypes.IsForeign(l.MediaType)).Append(manifest.Config).DistinctBy(static b => b.Digest)];
            foreach (Descriptor layer in blobs.SkipLast(1)) { progress?.Report(new TransferProgress(layer.Digest, TransferStep.Waiting, 0, layer.Size)); }

            var push = new BlobPush(client, repository, content, RepositoriesThere(reference), progress);
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = BlobsAtOnce, CancellationToken = ct };
            await Parallel.ForEachAsync(blobs.SkipLast(1).OrderByDescending(static b => b.Size), parallel, (blob, stop) =>
            {
                push.Run(blob, isLayer: true, stop);
                return ValueTask.CompletedTask;
            });
            push.Run(blobs[^1], isLayer: false, ct);
            string type = OciDocument.MediaTypeOf(bytes) ?? MediaTypes.OciManifest;
            client.PutDocument(repository, reference.Tag ?? image.Manifest.ToString(), bytes, type, ct);
            return new Descriptor { MediaType = type, Digest = image.Manifest, Size = bytes.Length };
        }
        catch (Exception damage) when (damage is BlobNotFoundException or BlobMismatchException or FormatException)
        {
            throw new ImageException($"{reference.Familiar}: {damage.Message}", "pull or load the image again", damage);
        }
    }

    /// <summary>Other repositories of the same registry that an image here came from: the registry may take a blob from there.</summary>
    private Dictionary<Digest, string> RepositoriesThere(ImageReference reference)
    {
        Dictionary<Digest, string> found = [];
        foreach (ImageRecord other in metadata.ListImages())
        {
            if (other.Reference is null || other.Target is null) { continue; }

            ImageReference name = ImageReference.Parse(other.Reference);
            if (name.Host != reference.Host || name.Repository == reference.Repository) { continue; }

            foreach (Digest blob in other.Blobs) { found.TryAdd(blob, name.Repository); }
        }

        return found;
    }
}

/// <summary>The giving of one blob.</summary>
internal sealed class BlobPush(RegistryClient client, string repository, ContentStore content, IReadOnlyDictionary<Digest, string> elsewhere, IProgress<TransferProgress>? progress)
{
    public void Run(Descriptor blob, bool isLayer, CancellationToken ct)
    {
        if (client.HasBlob(repository, blob.Digest, ct))
        {
            Report(blob, isLayer, TransferStep.Exists, blob.Size);
            return;
        }

        bool isMounted = client.PutBlob(repository, blob, from => Open(blob, from, isLayer), elsewhere.GetValueOrDefault(blob.Digest), ct);
        Report(blob, isLayer, isMounted ? TransferStep.Mounted : TransferStep.Done, blob.Size);
    }

    private Stream Open(Descriptor blob, long from, bool isLayer)
    {
        Stream bytes = content.OpenVerified(blob.Digest);
        Skip(bytes, from);
        return progress is null ? bytes : new WatchedStream(bytes, done => Report(blob, isLayer, TransferStep.Moving, from + done));
    }

    /// <summary>What was sent before is read again, so that the digest of the whole is compared.</summary>
    private static void Skip(Stream bytes, long count)
    {
        byte[] buffer = new byte[(int)Math.Min(count, 128 << 10)];
        while (count > 0)
        {
            int read = bytes.Read(buffer, 0, (int)Math.Min(count, buffer.Length));
            if (read == 0) { break; }

            count -= read;
        }
    }

    private void Report(Descriptor blob, bool isLayer, TransferStep step, long done)
    {
        if (isLayer) { progress?.Report(new TransferProgress(blob.Digest, step, done, blob.Size)); }
    }
}
