using Inro.Images.Content;
using Inro.Images.Imports;
using Inro.Images.Layers;
using Inro.Images.Snapshots;
using Inro.Images.Transfers;
using Inro.Linux.Files;
using Inro.Spec;
using Inro.Spec.Image;

namespace Inro.Engine.Images;

/// <content>One layer in the place of many.</content>
public sealed partial class ImageService
{
    /// <summary>Makes an image whose one layer holds what another's layers show together. The same image gives the same one.</summary>
    /// <param name="image">The other one; it stays.</param>
    /// <param name="reference">The new one's name; null for none.</param>
    /// <param name="ct">Ends it; nothing of it remains.</param>
    /// <returns>The new image's id.</returns>
    /// <exception cref="EngineException">DataLoss: a blob is damaged. ResourceExhausted: the disk is full.</exception>
    public string Flatten(ImageSummary image, ImageReference? reference, CancellationToken ct)
    {
        ImageConfig config = Inspect(image);
        using DirFd root = DirFd.Open(paths.Root);
        var content = new ContentStore(root);
        var snapshots = new SnapshotStore(root, paths.Root);
        long number = table.TakeSnapshotNumber(); // of no row: whatever happens, it is garbage
        try
        {
            return new ImageImporter(root, content, snapshots, new ImageTable(table, "import")).Import(Write, Describe, reference, Options(), ct).Config.ToString();
        }
        catch (ImageException damaged) { throw new EngineException(ErrorCode.DataLoss, damaged.Message, "see inro system check, or pull the image again", damaged); }
        catch (BlobNotFoundException gone) { throw new EngineException(ErrorCode.DataLoss, gone.Message, "pull the image again", gone); }
        catch (IOException full) when (FullDisk.Is(full)) { throw FullDisk.At(paths.Root, full); }
        finally { snapshots.Remove(number); }

        void Write(Stream layer)
        {
            using DirFd tree = snapshots.BeginLayer(number);
            tree.TrySetTimes(".\0"u8, default, default); // unless a layer says otherwise: the same image gives the same bytes
            LayerOptions options = Options().Layers with { IntoTree = true };
            RootfsUnpacker.Unpack(content, RootfsUnpacker.LayersOf(content, Digest.Parse(image.ManifestDigest)), tree, options.IsPrivileged, ct);
            new LayerWriter(layer, options).Write(tree, ct);
        }

        ImageConfig Describe(Digest diffId) => config with
        {
            RootFileSystem = new RootFileSystem { DiffIds = [diffId] },
            History = [new HistoryEntry { Created = config.Created, CreatedBy = "inro image flatten", Comment = $"{config.RootFileSystem.DiffIds.Count} layers of {image.Id}" }],
        };
    }
}
