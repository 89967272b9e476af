using Inro.Engine.Registries;
using Inro.Images;
using Inro.Images.Bytes;
using Inro.Images.Content;
using Inro.Images.Copies;
using Inro.Images.Registry;
using Inro.Images.Transfers;
using Inro.Linux.Files;
using Inro.Spec;
using Inro.Spec.Image;

namespace Inro.Engine.Images;

/// <content>Giving images to registries.</content>
public sealed partial class ImageService
{
    /// <summary>Gives an image to the registry that its name names.</summary>
    /// <param name="reference">Which.</param>
    /// <param name="access">How registries are asked.</param>
    /// <param name="progress">Told how far it is, from several threads; null: nobody.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns>The manifest as it is there now.</returns>
    /// <exception cref="EngineException">NotFound: no such image. Unauthenticated, PermissionDenied, Unavailable: the registry. DataLoss: a blob is missing or changed.</exception>
    public Descriptor Push(ImageReference reference, RegistryAccess access, IProgress<TransferProgress>? progress, CancellationToken ct)
    {
        if (table.FindImage(reference.ToString()) is not { } image)
        {
            throw new EngineException(ErrorCode.NotFound, $"An image does not exist locally with the tag: {reference.FamiliarName}", $"name one with: inro tag IMAGE {reference.Familiar}");
        }

        using DirFd root = DirFd.Open(paths.Root);
        using FileLock shared = StoreLock.Share(root, new TransferOptions().LockDeadline); // what is removed meanwhile keeps its blobs
        try
        {
            (RegistryClient client, string repository) = access.ToPush(reference);
            using var destination = new RegistryCopyDestination(client, repository, reference.Tag ?? image.Manifest.ToString());
            using var source = new StoreCopySource(new ContentStore(root), table, image.Manifest, reference.Familiar);
            return new ImageCopier(source, destination, new CopyOptions(), progress).CopyAsync(ct).GetAwaiter().GetResult().Target;
        }
        catch (RegistryException refused) { throw RegistryAccess.Failure(refused); }
        catch (IOException damaged) when (damaged is ImageException or BlobNotFoundException or BlobMismatchException)
        {
            throw new EngineException(ErrorCode.DataLoss, damaged.Message, (damaged as ImageException)?.Remedy ?? "pull or load the image again", damaged);
        }
    }

    /// <summary>The names of this instance's images in one repository.</summary>
    public IReadOnlyList<ImageReference> NamesIn(ImageReference repository) =>
        [.. table.ListImages().Where(static i => i.Reference is not null).Select(static i => ImageReference.Parse(i.Reference!)).Where(r => r.Name == repository.Name)];
}
