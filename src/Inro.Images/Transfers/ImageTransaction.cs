using Inro.Images.Bytes;
using Inro.Images.Content;
using Inro.Images.Layers;
using Inro.Images.Snapshots;
using Inro.Linux;
using Inro.Linux.Files;
using Inro.Spec;

namespace Inro.Images.Transfers;

/// <summary>One transfer into the store: everything it makes disappears with it unless <see cref="Commit"/> has returned.</summary>
internal sealed partial class ImageTransaction(
    DirFd root, ContentStore content, SnapshotStore snapshots, IImageMetadata metadata, TransferOptions options, IProgress<TransferProgress>? progress) : IDisposable
{
    private readonly Dictionary<Digest, LayerJob> jobs = [];
    private readonly Dictionary<Digest, LayerRecord> known = [];
    private readonly List<BlobIngest> documents = [];
    private readonly List<ImageRecord> rows = [];
    private bool published;
    private bool committed;

    /// <summary>True where blobs were made visible and the rows then failed.</summary>
    public bool HasUnrecordedBlobs => published && !committed;

    /// <summary>Unpacks what is missing, layers side by side, and makes the documents ready.</summary>
    public async Task UnpackAsync(IReadOnlyList<PlannedImage> images, CancellationToken ct)
    {
        foreach (PlannedLayer layer in images.SelectMany(i => i.Layers)) { AddJob(layer); }

        Report(images);
        LayerJob[] work = [.. jobs.Values.OrderByDescending(j => j.Origin.Size)]; // the largest first: the ends come close together
        try { await RunAsync(work, ct); }
        catch (IOException full) when (full.HResult is (int)Errno.ENOSPC or (int)Errno.EDQUOT) { throw new NoSpaceException(TransferSpace.Needed(work), full); }

        options.AtStep?.Invoke("unpacked");
        foreach (PlannedImage image in images)
        {
            CompleteParents(image);
            AddRows(image);
        }
    }

    /// <summary>Flushes, makes the blobs visible, and records everything in one transaction.</summary>
    public TransferResult Commit()
    {
        root.FlushFileSystem(); // one for all files of all layers: a flush of each would take many times as long
        options.AtStep?.Invoke("flushed");
        published = true;
        foreach (BlobIngest ingest in Ingests()) { ingest.Publish(); }

        foreach (string algorithm in Ingests().Select(i => i.Digest.Algorithm).Distinct(StringComparer.Ordinal)) { content.FlushNames(algorithm); }

        options.AtStep?.Invoke("published");
        LayerJob[] unpacked = [.. jobs.Values.Where(j => j.Snapshot is not null)];
        metadata.Commit([.. unpacked.Select(Row)], rows);
        committed = true;
        RemoveRepeated(unpacked);
        options.AtStep?.Invoke("committed");
        return new TransferResult
        {
            Images = rows,
            NewLayers = unpacked.Length,
            SkippedDevices = unpacked.Sum(j => j.Applied.SkippedDevices),
            SkippedAttributes = unpacked.Sum(j => j.Applied.SkippedAttributes),
        };
    }

    /// <summary>Removes what was not committed.</summary>
    public void Dispose()
    {
        foreach (BlobIngest document in documents) { document.Dispose(); }

        foreach (LayerJob job in jobs.Values)
        {
            job.Dispose();
            if (!committed && job.Snapshot is { } number) { snapshots.Remove(number); }
        }
    }

    private Task RunAsync(LayerJob[] work, CancellationToken ct)
    {
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.Parallelism, CancellationToken = ct };
        return Parallel.ForEachAsync(work, parallel, (job, stop) =>
        {
            job.Run(content, snapshots, options.Layers, s => Watch(s, job), stop);
            progress?.Report(new TransferProgress(job.Layer.Name, TransferStep.Done, job.Origin.Size, job.Origin.Size));
            return ValueTask.CompletedTask;
        });
    }

    private IEnumerable<BlobIngest> Ingests() => documents.Concat(jobs.Values.Select(j => j.Ingest).OfType<BlobIngest>());

    private void AddJob(PlannedLayer layer)
    {
        if (jobs.ContainsKey(layer.ChainId)) { return; }

        LayerRecord? record = metadata.FindLayer(layer.ChainId);
        if (record is not null) { known[layer.ChainId] = record; }

        // the layer is there, unpacked and stored: nothing to read
        if (record is not null && layer.Descriptor is { } descriptor && content.Contains(descriptor.Digest)) { return; }

        jobs.Add(layer.ChainId, new LayerJob(layer, layer.FindOrigin()) { Snapshot = record is null ? metadata.TakeSnapshotNumber() : null });
    }

    private static LayerRecord Row(LayerJob job) => new()
    {
        ChainId = job.Layer.ChainId,
        Parent = job.Layer.Parent,
        DiffId = job.Layer.DiffId,
        Snapshot = job.Snapshot!.Value, // only jobs that unpack get here
        SizeBytes = job.Applied.SizeBytes,
    };

    /// <summary>Another load may have recorded the same layer meanwhile: its snapshot counts, ours is garbage.</summary>
    private void RemoveRepeated(LayerJob[] unpacked)
    {
        foreach (LayerJob job in unpacked)
        {
            if (metadata.FindLayer(job.Layer.ChainId)?.Snapshot != job.Snapshot) { snapshots.Remove(job.Snapshot!.Value); } // only jobs that unpack get here
        }
    }

    private void CompleteParents(PlannedImage image)
    {
        for (int i = 0; i < image.Layers.Count; i++)
        {
            if (!jobs.TryGetValue(image.Layers[i].ChainId, out LayerJob? job) || job.Snapshot is not { } number) { continue; }

            AppliedLayer applied = job.Applied;
            if (applied.LowerLinks.Count == 0 && (i == 0 || applied.ImplicitDirectories.Count == 0)) { continue; }

            List<DirFd> below = [];
            try
            {
                for (int b = i - 1; b >= 0; b--) { below.Add(snapshots.OpenLayer(SnapshotOf(image.Layers[b]))); }

                using DirFd layer = snapshots.OpenLayer(number);
                LowerLinks.Complete(layer, below, applied.LowerLinks, options.Layers);
                ImplicitParents.Complete(layer, below, applied.ImplicitDirectories, options.Layers);
            }
            finally
            {
                below.ForEach(d => d.Dispose());
            }
        }
    }

    private long SnapshotOf(PlannedLayer layer) =>
        known.TryGetValue(layer.ChainId, out LayerRecord? record) ? record.Snapshot : jobs[layer.ChainId].Snapshot!.Value; // not known means that a job unpacked it

    private void Report(IReadOnlyList<PlannedImage> images)
    {
        if (progress is null) { return; }

        foreach (PlannedLayer layer in images.SelectMany(static i => i.Layers))
        {
            long size = layer.Descriptor?.Size ?? 0;
            progress.Report(new TransferProgress(layer.Name, jobs.ContainsKey(layer.ChainId) ? TransferStep.Waiting : TransferStep.Exists, 0, size));
        }
    }

    private WatchedStream Watch(Stream stream, LayerJob job) => new(stream, done =>
    {
        job.ReadBytes = done;
        progress?.Report(new TransferProgress(job.Layer.Name, TransferStep.Moving, done, job.Origin.Size));
    });
}
