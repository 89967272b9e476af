using Inro.Images.Pulls;
using Inro.Images.Transfers;
using Inro.Spec;

namespace Inro.Images.Copies;

/// <summary>The store as a destination: there an image is unpacked, too, for one platform.</summary>
public static class StoreCopy
{
    /// <summary>Takes an image in.</summary>
    /// <param name="puller">Of the store.</param>
    /// <param name="source">Where the image is.</param>
    /// <param name="reference">The name that it gets, with a tag.</param>
    /// <param name="isFromThere">Whether the source is what that name stands for at its registry.</param>
    /// <param name="options">How.</param>
    /// <param name="progress">Told from several threads; null: nobody.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="ImageException">It is no image, or none for the platform.</exception>
    public static async Task<CopyResult> TakeAsync(
        ImagePuller puller, CopySource source, ImageReference reference, bool isFromThere, TransferOptions options, IProgress<TransferProgress>? progress, CancellationToken ct)
    {
        PulledImage taken = await puller.TakeAsync(
            source, source.Target, () => source is RegistryCopySource registry ? registry.Indexes : [], reference, isFromThere ? source.Target.Descriptor.Digest : null, options, progress, ct);
        Digest manifest = taken.Result.Images[0].Manifest;
        return new CopyResult(source.Target.Descriptor with { Digest = manifest }, 0);
    }
}
