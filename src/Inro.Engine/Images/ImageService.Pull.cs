using Inro.Engine.Registries;
using Inro.Engine.Rootless;
using Inro.Images.Content;
using Inro.Images.Layers;
using Inro.Images.Pulls;
using Inro.Images.Registry;
using Inro.Images.Snapshots;
using Inro.Images.Transfers;
using Inro.Linux.Files;
using Inro.Spec;

namespace Inro.Engine.Images;

/// <content>Fetching images from registries.</content>
public sealed partial class ImageService
{
    /// <summary>Fetches an image and gives it its name here.</summary>
    /// <param name="reference">Which.</param>
    /// <param name="access">How registries are asked.</param>
    /// <param name="platform">For which machine; null: this one.</param>
    /// <param name="progress">Told how far it is, from several threads; null: nobody.</param>
    /// <param name="ct">Ends it. What has come is kept for the next attempt.</param>
    /// <exception cref="EngineException">NotFound, Unauthenticated, PermissionDenied, Unavailable: the registry. InvalidArgument: what it gave is no image, or none for
    /// the platform. ResourceExhausted: the disk is full.</exception>
    public PulledImage Pull(ImageReference reference, RegistryAccess access, Platform? platform, IProgress<TransferProgress>? progress, CancellationToken ct)
    {
        using DirFd root = DirFd.Open(paths.Root);
        var puller = new ImagePuller(root, new ContentStore(root), new SnapshotStore(root, paths.Root), new ImageTable(table, "pull"));
        TransferOptions options = Options() with { Platform = platform ?? Platform.Host, Parallelism = LayersAtOnce };
        try
        {
            using RegistrySet registry = access.ToPull(reference);
            return puller.PullAsync(registry, reference, options, progress, ct).GetAwaiter().GetResult();
        }
        catch (RegistryException refused) { throw RegistryAccess.Failure(refused); }
        catch (ImageException refused) { throw new EngineException(ErrorCode.InvalidArgument, refused.Message, refused.Remedy ?? "ask who pushed it", refused); }
        catch (IOException full) when (FullDisk.Is(full)) { throw FullDisk.At(paths.Root, full); }
    }

    /// <summary>Layers fetched at once: a registry gives several faster than one, and the processors are busy unpacking.</summary>
    private const int LayersAtOnce = 4;

    /// <summary>How layers are unpacked by who runs this.</summary>
    internal static TransferOptions Options()
    {
        bool isPrivileged = RootlessEntry.OuterUser is null && Inro.Linux.Processes.EffectiveIds.User == 0;
        return new TransferOptions { Layers = isPrivileged ? LayerOptions.Privileged : LayerOptions.InUserNamespace };
    }
}
