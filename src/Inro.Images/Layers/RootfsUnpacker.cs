using Inro.Images.Bytes;
using Inro.Images.Content;
using Inro.Images.Layers.Tar;
using Inro.Linux.Files;
using Inro.Spec;
using Inro.Spec.Image;

namespace Inro.Images.Layers;

/// <summary>Makes one tree of an image's layers, the lowest first: a root file system without overlayfs.</summary>
public static class RootfsUnpacker
{
    /// <summary>What <see cref="Unpack"/> takes, of an image in the store.</summary>
    /// <exception cref="BlobNotFoundException">A document is not there.</exception>
    /// <exception cref="InvalidDataException">The documents contradict each other.</exception>
    public static IReadOnlyList<(Digest Blob, Digest DiffId)> LayersOf(ContentStore content, Digest manifest)
    {
        Manifest document = OciDocument.ReadManifest(content.Read(manifest, OciDocument.MaxManifestBytes));
        IReadOnlyList<Digest> diffIds = OciDocument.ReadConfig(content.Read(document.Config.Digest, OciDocument.MaxConfigBytes)).RootFileSystem.DiffIds;
        if (diffIds.Count != document.Layers.Count) { throw new InvalidDataException($"the manifest {manifest} names {document.Layers.Count} layers and its config {diffIds.Count}"); }

        var layers = new (Digest, Digest)[diffIds.Count];
        for (int i = 0; i < layers.Length; i++) { layers[i] = (document.Layers[i].Digest, diffIds[i]); }

        return layers;
    }

    /// <summary>Unpacks into a directory, whose content is the layers' only if this returns.</summary>
    /// <param name="content">Where the layers' blobs are; each is compared with its digest on the way.</param>
    /// <param name="layers">Digests of the stored and of the plain bytes, the lowest layer first.</param>
    /// <param name="target">Empty at the start.</param>
    /// <param name="isPrivileged">False for root of a user namespace.</param>
    /// <param name="ct">Between two entries.</param>
    /// <exception cref="BlobMismatchException">A blob is damaged.</exception>
    /// <exception cref="BlobNotFoundException">A blob is not there.</exception>
    /// <exception cref="LayerException">An entry cannot be made.</exception>
    /// <exception cref="InvalidDataException">A blob is no layer, or was changed on the disk so that it is none any more.</exception>
    public static void Unpack(ContentStore content, IReadOnlyList<(Digest Blob, Digest DiffId)> layers, DirFd target, bool isPrivileged, CancellationToken ct)
    {
        LayerOptions options = (isPrivileged ? LayerOptions.Privileged : LayerOptions.InUserNamespace) with { IntoTree = true };
        foreach ((Digest blob, Digest diffId) in layers)
        {
            using Stream bytes = content.OpenVerified(blob);
            try { LayerUnpacker.Unpack(new LayerSource { Bytes = bytes, Digest = blob, DiffId = diffId }, target, options, ct); }
            catch (Exception damage) when (damage is TarFormatException or InvalidDataException)
            {
                throw new InvalidDataException($"layer {blob} is damaged: {damage.Message}", damage); // seen before its digest, which comes at its end
            }
        }
    }
}
