using Inro.Images.Layers;

namespace Inro.Images.Transfers;

/// <summary>What a transfer takes of the disk, as far as can be said before it is there.</summary>
internal static class TransferSpace
{
    /// <summary>How many times larger than its blob a compressed layer usually is.</summary>
    private const double UsualRatio = 2.5;

    /// <summary>Bytes that a transfer which is taken back now, and begun again, will need.</summary>
    /// <param name="jobs">Its layers.</param>
    public static long Needed(IReadOnlyCollection<LayerJob> jobs)
    {
        double ratio = Ratio([.. jobs.Where(static j => j.Applied.SizeBytes > 0)]);
        return jobs.Sum(j => OfBlob(j) + OfFiles(j, ratio));
    }

    private static double Ratio(IReadOnlyCollection<LayerJob> unpacked)
    {
        long stored = unpacked.Sum(static j => j.Origin.Size);
        return stored > 0 ? (double)unpacked.Sum(static j => j.Applied.SizeBytes) / stored : UsualRatio;
    }

    /// <summary>What has come from a registry is kept; what was spooled from an archive is read again with it.</summary>
    private static long OfBlob(LayerJob job) => job.Origin.IsRemote ? Math.Max(0, job.Origin.Size - job.ReadBytes) : job.Origin.Size;

    private static long OfFiles(LayerJob job, double ratio)
    {
        if (job.Snapshot is null) { return 0; }

        return job.Applied.SizeBytes > 0 ? job.Applied.SizeBytes
            : job.Compression == Compression.None && job.ReadBytes > 0 ? job.Origin.Size
            : (long)(job.Origin.Size * ratio);
    }
}
