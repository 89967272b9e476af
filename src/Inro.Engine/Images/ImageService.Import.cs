using Inro.Engine.Images.Changes;
using Inro.Images.Content;
using Inro.Images.Imports;
using Inro.Images.Snapshots;
using Inro.Images.Transfers;
using Inro.Linux.Files;
using Inro.Spec;
using Inro.Spec.Image;

namespace Inro.Engine.Images;

/// <summary>What an imported image is to be.</summary>
public sealed record ImportRequest
{
    /// <summary>Its name; null for none.</summary>
    public ImageReference? Reference { get; init; }

    /// <summary>Instructions of a Dockerfile that change its defaults.</summary>
    public IReadOnlyList<string> Changes { get; init; } = [];

    /// <summary>What its history says.</summary>
    public required string Message { get; init; }

    /// <summary>What its programs run on.</summary>
    public Platform Platform { get; init; } = Platform.Host;
}

/// <content>Images out of root file systems.</content>
public sealed partial class ImageService
{
    /// <summary>Makes an image of one layer out of a tar.</summary>
    /// <param name="tar">Plain, gzip or zstd; read once.</param>
    /// <param name="request">What it is to be.</param>
    /// <param name="ct">Ends it; nothing of it remains.</param>
    /// <returns>The image's id.</returns>
    /// <exception cref="EngineException">InvalidArgument: a change cannot be understood, or it is no tar. ResourceExhausted: the disk is full.</exception>
    public string Import(Stream tar, ImportRequest request, CancellationToken ct)
    {
        ContainerDefaults defaults = ImageChanges.Apply(new ContainerDefaults(), request.Changes);
        string now = Rfc3339.Format(table.NowNanoseconds);
        using DirFd root = DirFd.Open(paths.Root);
        var importer = new ImageImporter(root, new ContentStore(root), new SnapshotStore(root, paths.Root), new ImageTable(table, "import"));
        Platform platform = request.Platform.Normalize();
        try
        {
            return importer.Import(tar, Describe, request.Reference, Options(), ct).Config.ToString();
        }
        catch (ImageException refused)
        {
            throw new EngineException(ErrorCode.InvalidArgument, refused.Message, refused.Remedy ?? "give a tar of a root file system: plain, gzip or zstd", refused);
        }
        catch (IOException full) when (FullDisk.Is(full)) { throw FullDisk.At(paths.Root, full); }

        ImageConfig Describe(Digest diffId) => new()
        {
            Created = now,
            Architecture = platform.Architecture,
            Variant = platform.Variant,
            OperatingSystem = platform.OperatingSystem,
            Config = defaults,
            RootFileSystem = new RootFileSystem { DiffIds = [diffId] },
            History = [new HistoryEntry { Created = now, Comment = request.Message }],
        };
    }
}
