using Inro.Engine.Storage;
using Inro.Images;
using Inro.Linux.Files;
using Inro.Spec;

namespace Inro.Engine.Images;

/// <summary>Which images <see cref="ImageService.Prune"/> removes. Those of containers and pinned ones stay in any case.</summary>
public sealed record PruneRequest
{
    /// <summary>Whether images with names go, too.</summary>
    public bool All { get; init; }

    /// <summary>What they must be like.</summary>
    public PruneConditions Conditions { get; init; } = new();

    /// <summary>Whether it is only said what would go.</summary>
    public bool IsDryRun { get; init; }
}

/// <summary>What went, or would go.</summary>
/// <param name="Lines">In docker's words: <c>untagged: …</c>, <c>deleted: …</c>.</param>
/// <param name="FreedBytes">Bytes of the disk given back.</param>
public sealed record PruneReport(IReadOnlyList<string> Lines, long FreedBytes);

/// <content>Removing what nobody needs.</content>
public sealed partial class ImageService
{
    /// <summary>Removes images that nobody needs, and what is left without one.</summary>
    public PruneReport Prune(PruneRequest request)
    {
        IReadOnlySet<string> used = UsedImages();
        ImageSummary[] going = [.. List().Where(i => !i.IsPinned && !used.Contains(i.Id) && IsWanted(i, request))];
        return request.IsDryRun ? Preview(going) : Remove(going);
    }

    private PruneReport Remove(IReadOnlyList<ImageSummary> going)
    {
        List<string> lines = [];
        using FileLock? held = MountCounts.OfImages(paths).LockIfPossible(); // nobody mounts one meanwhile
        IReadOnlySet<string> mounted = MountCounts.ImagesInUse(paths);
        using var removal = new Removal(paths.Root, table);
        foreach (ImageSummary image in going)
        {
            if (mounted.Contains(image.Id)) { continue; }

            if (table.RemoveUnneeded(Digest.Parse(image.ManifestDigest)) is { } rows) { AddLines(lines, image.Id, rows); }
        }

        foreach (LayerRecord layer in removal.Collect()) { lines.Add($"deleted: {layer.ChainId}"); }

        return new PruneReport(lines, removal.FreedBytes);
    }

    private PruneReport Preview(IReadOnlyList<ImageSummary> going)
    {
        List<string> lines = [];
        foreach (ImageSummary image in going) { AddLines(lines, image.Id, table.FindByDigestPrefix(image.ManifestDigest)); }

        StoreUsage usage = ReadUsage();
        HashSet<string> gone = [.. going.Select(static i => i.ManifestDigest)];
        foreach (string chain in usage.LayersOnlyOf(gone)) { lines.Add($"deleted: {chain}"); }

        return new PruneReport(lines, usage.BytesOnlyOf(gone));
    }

    private static void AddLines(List<string> lines, string id, IReadOnlyList<ImageRecord> rows)
    {
        foreach (ImageRecord row in rows)
        {
            if (row.Reference is { } name) { lines.AddRange(Untagged(row, name).Select(static line => "u" + line[1..])); }
        }

        lines.Add($"deleted: {id}");
    }

    private bool IsWanted(ImageSummary image, PruneRequest request) =>
        (request.All || image.References.Count == 0) && request.Conditions.Match(image.CreatedNanoseconds, () => ReadDefaults(image).Labels);
}
