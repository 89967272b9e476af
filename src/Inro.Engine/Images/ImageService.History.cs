using System.Globalization;
using Inro.Spec;
using Inro.Spec.Image;

namespace Inro.Engine.Images;

/// <summary>One step of how an image came about.</summary>
/// <param name="Id">The image's id on its newest step; null on the others.</param>
/// <param name="CreatedNanoseconds">When, since 1970; 0: not said.</param>
/// <param name="CreatedBy">What made it.</param>
/// <param name="SizeBytes">Bytes of content of its layer; 0 where it has none.</param>
/// <param name="Comment">Free words.</param>
public sealed record ImageStep(string? Id, long CreatedNanoseconds, string CreatedBy, long SizeBytes, string Comment);

/// <content>How images came about.</content>
public sealed partial class ImageService
{
    /// <summary>The steps of an image, the newest first.</summary>
    public IReadOnlyList<ImageStep> History(ImageSummary image)
    {
        ImageConfig config = Inspect(image);
        IReadOnlyList<Digest> chain = ChainId.All(config.RootFileSystem.DiffIds);
        IReadOnlyList<HistoryEntry> entries = config.History ?? [.. chain.Select(static _ => new HistoryEntry())];
        List<ImageStep> steps = [];
        int layer = 0;
        foreach (HistoryEntry entry in entries)
        {
            long size = entry.EmptyLayer || layer >= chain.Count ? 0 : table.FindLayer(chain[layer++])?.SizeBytes ?? 0;
            steps.Add(new ImageStep(null, Time(entry.Created), entry.CreatedBy ?? "", size, entry.Comment ?? ""));
        }

        steps.Reverse();
        if (steps.Count > 0) { steps[0] = steps[0] with { Id = image.Id }; }

        return steps;
    }

    private static long Time(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time) ? (time - DateTimeOffset.UnixEpoch).Ticks * 100 : 0;
}
