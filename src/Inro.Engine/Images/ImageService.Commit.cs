using Inro.Images.Content;
using Inro.Images.Copies;
using Inro.Images.Imports;
using Inro.Images.Snapshots;
using Inro.Images.Transfers;
using Inro.Linux.Files;
using Inro.Spec;
using Inro.Spec.Image;

namespace Inro.Engine.Images;

/// <content>Images that stand on another one's layers.</content>
public sealed partial class ImageService
{
    /// <summary>Makes an image of another's layers and one more.</summary>
    /// <param name="below">The other image; null: the new layer is the only one.</param>
    /// <param name="write">Writes the new layer's plain archive; null: there is none.</param>
    /// <param name="describe">The config, once the digest of the new plain layer is known; given the config of the other image, or null.</param>
    /// <param name="reference">The new image's name; null for none.</param>
    /// <param name="format">In whose words its manifest is written.</param>
    /// <param name="ct">Ends it; nothing of it remains.</param>
    /// <returns>The new image's id.</returns>
    /// <exception cref="EngineException">DataLoss: a blob is damaged or missing. ResourceExhausted: the disk is full.</exception>
    internal string Make(ImageSummary? below, Action<Stream>? write, Func<Digest?, ImageConfig> describe, ImageReference? reference, DocumentFormat format, CancellationToken ct)
    {
        using DirFd root = DirFd.Open(paths.Root);
        var content = new ContentStore(root);
        var importer = new ImageImporter(root, content, new SnapshotStore(root, paths.Root), new ImageTable(table, "import"));
        try
        {
            var layers = below is null ? new ImportBase([], [], format) : new ImportBase(LayersIn(content, below), Inspect(below).RootFileSystem.DiffIds, format);
            return importer.ImportOn(layers, write, describe, reference, Options(), ct).Config.ToString();
        }
        catch (ImageException damaged) { throw new EngineException(ErrorCode.DataLoss, damaged.Message, damaged.Remedy ?? "see inro system check, or pull the image again", damaged); }
        catch (BlobNotFoundException gone) { throw new EngineException(ErrorCode.DataLoss, gone.Message, "pull the image again", gone); }
        catch (IOException full) when (FullDisk.Is(full)) { throw FullDisk.At(paths.Root, full); }
    }

    private static IReadOnlyList<Descriptor> LayersIn(ContentStore content, ImageSummary image) =>
        OciDocument.ReadManifest(content.Read(Digest.Parse(image.ManifestDigest), OciDocument.MaxManifestBytes)).Layers;
}
