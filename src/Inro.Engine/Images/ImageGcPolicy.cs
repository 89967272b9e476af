namespace Inro.Engine.Images;

/// <summary>Which images are kept. Those of containers, pinned ones, and what was just fetched are kept in any case; of the others those go first that were not used for longest.</summary>
public sealed record ImageGcPolicy
{
    /// <summary>Most that all images together may take, in bytes; null: as much as they like.</summary>
    public long? KeepStorageBytes { get; init; }

    /// <summary>How long an image stays after its last use; null: for ever.</summary>
    public TimeSpan? KeepFor { get; init; }

    /// <summary>Least that is to stay free on the file system, in bytes; null: nothing.</summary>
    public long? MinFreeBytes { get; init; }

    /// <summary>Chooses what goes.</summary>
    /// <param name="candidates">What may go.</param>
    /// <param name="usage">What it takes.</param>
    /// <param name="freeBytes">What is free on the file system now.</param>
    /// <param name="now">Nanoseconds since 1970.</param>
    internal IReadOnlyList<ImageSummary> Choose(IEnumerable<ImageSummary> candidates, StoreUsage usage, long freeBytes, long now)
    {
        List<ImageSummary> going = [];
        HashSet<string> gone = new(StringComparer.Ordinal);
        long freed = 0;
        foreach (ImageSummary image in candidates.OrderBy(static i => i.UsedNanoseconds).ThenBy(static i => i.Id, StringComparer.Ordinal))
        {
            bool isOld = KeepFor is { } span && image.UsedNanoseconds < now - (span.Ticks * 100);
            bool isTooMuch = KeepStorageBytes is { } most && usage.TotalBytes - freed > most;
            bool isTooFull = MinFreeBytes is { } least && freeBytes + freed < least;
            if (!isOld && !isTooMuch && !isTooFull) { continue; }

            going.Add(image);
            gone.Add(image.ManifestDigest);
            freed = usage.BytesOnlyOf(gone);
        }

        return going;
    }
}
