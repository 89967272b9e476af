using System.Runtime.ExceptionServices;
using Inro.Images.Bytes;
using Inro.Images.Registry;
using Inro.Images.Transfers;
using Inro.Spec;
using Inro.Spec.Image;

namespace Inro.Images.Copies;

/// <content>The blobs of a manifest.</content>
public sealed partial class ImageCopier
{
    /// <summary>How often a blob is asked for whose bytes are wrong: what is damaged on its way may come well the next time.</summary>
    private const int AttemptsOfBlob = 3;

    private const int SkipBytes = 128 << 10;

    private readonly HashSet<Digest> seenBlobs = [];

    private async Task CopyBlobsAsync(Manifest manifest, CancellationToken ct)
    {
        // a foreign layer is had from elsewhere, by whoever may
        Descriptor[] layers = [.. manifest.Layers.Where(l => !(MediaTypes.IsForeign(l.MediaType) && l.Urls is { Count: > 0 })).DistinctBy(static l => l.Digest).Where(l => seenBlobs.Add(l.Digest))];
        foreach (Descriptor layer in layers) { Report(layer, TransferStep.Waiting, 0); }

        var parallel = new ParallelOptions { MaxDegreeOfParallelism = destination.BlobsAtOnce, CancellationToken = ct };
        IEnumerable<Descriptor> order = destination.BlobsAtOnce == 1 ? layers : layers.OrderByDescending(static l => l.Size);
        await Parallel.ForEachAsync(order, parallel, (layer, stop) =>
        {
            CopyBlob(layer, isLayer: true, stop);
            return ValueTask.CompletedTask;
        });
        if (seenBlobs.Add(manifest.Config.Digest)) { CopyBlob(manifest.Config, isLayer: false, ct); }
    }

    private void CopyBlob(Descriptor blob, bool isLayer, CancellationToken ct)
    {
        if (destination.Has(blob, ct))
        {
            if (isLayer) { Report(blob, TransferStep.Exists, blob.Size); }

            return;
        }

        for (int attempt = 1; ; attempt++)
        {
            try
            {
                bool isMounted = Put(blob, isLayer, isVerified: attempt > 1 || !destination.Verifies, ct);
                if (isLayer) { Report(blob, isMounted ? TransferStep.Mounted : TransferStep.Done, blob.Size); }

                return;
            }
            catch (Exception failure) when (IsMismatch(failure) && destination.TakesAgain && attempt < AttemptsOfBlob)
            {
                // damaged on the way, which may go well now; or at the source, which is then told instead of what the destination says
            }
        }
    }

    private static bool IsMismatch(Exception failure) => failure is BlobMismatchException or RegistryException { Failure: RegistryFailure.Mismatch };

    /// <summary>Gives a blob. What goes wrong at the source ends the giving, and is what is told.</summary>
    private bool Put(Descriptor blob, bool isLayer, bool isVerified, CancellationToken ct)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        ExceptionDispatchInfo? wrong = null;
        void Note(Exception failure)
        {
            wrong ??= ExceptionDispatchInfo.Capture(failure);
            stop.Cancel();
        }

        string? mountFrom = destination.Host is { } host && repacking?.Find(blob.Digest) is null ? source.RepositoryAt(host, blob.Digest) : null;
        try { return destination.Put(new CopiedBlob(blob, from => new NotingStream(() => Open(blob, from, isLayer, isVerified), Note), mountFrom), stop.Token); }
        catch (Exception) when (wrong is not null)
        {
            wrong.Throw();
            throw;
        }
    }

    private Stream Open(Descriptor blob, long from, bool isLayer, bool isVerified)
    {
        LayerOrigin origin = repacking?.Find(blob.Digest) ?? source.FindLayer(blob);
        if (origin.Size != blob.Size) { throw new BlobMismatchException($"blob {blob.Digest}: {origin.Size} bytes are there, its descriptor says {blob.Size}"); }

        Stream bytes = isVerified ? new VerifyingStream(origin.Open(), blob.Digest, blob.Size) : origin.Open();
        Skip(bytes, from);
        return isLayer && progress is not null ? new WatchedStream(bytes, done => Report(blob, TransferStep.Moving, from + done)) : bytes;
    }

    /// <summary>What was given before is read again, so that the digest of the whole can be compared.</summary>
    private static void Skip(Stream bytes, long count)
    {
        byte[] buffer = new byte[(int)Math.Min(count, SkipBytes)];
        while (count > 0)
        {
            int read = bytes.Read(buffer, 0, (int)Math.Min(count, buffer.Length));
            if (read == 0) { break; }

            count -= read;
        }
    }

    private void Report(Descriptor blob, TransferStep step, long done) => progress?.Report(new TransferProgress(blob.Digest, step, done, blob.Size));
}
