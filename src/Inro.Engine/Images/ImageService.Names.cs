using Inro.Engine.Storage;
using Inro.Images;
using Inro.Linux.Files;
using Inro.Spec;

namespace Inro.Engine.Images;

/// <content>Names given and taken, and images that go with their last name.</content>
public sealed partial class ImageService
{
    /// <summary>Gives an image another name; an image that had the name keeps its others.</summary>
    /// <param name="source">What was typed: a name, an id, or the beginning of an id.</param>
    /// <param name="target">The new name, with a tag and no digest.</param>
    /// <exception cref="EngineException">NotFound: no such image. InvalidArgument: the name has a digest.</exception>
    public void Tag(string source, ImageReference target)
    {
        if (target.Digest is not null) { throw new EngineException(ErrorCode.InvalidArgument, "refusing to create a tag with a digest reference", "leave the part from @ on out"); }

        ImageSummary image = Resolve(source);
        ImageRecord row = table.FindByDigestPrefix(image.ManifestDigest)[0]; // the image was found by one of its rows
        bool isSameRepository = row.Reference is { } name && ImageReference.Parse(name).Name == target.Name;
        new ImageTable(table, "tag").Commit([], [row with { Reference = target.ToString(), Target = isSameRepository ? row.Target : null }]);
    }

    /// <summary>Takes a name away, or all names of an id; an image without any goes, with the layers that nobody else needs.</summary>
    /// <param name="typed">A name, an id, or the beginning of an id.</param>
    /// <param name="isForced">Whether an id with several names, and an image of stopped containers, goes too.</param>
    /// <returns>What was taken away, in docker's words: <c>Untagged: …</c>, <c>Deleted: …</c>.</returns>
    /// <exception cref="EngineException">NotFound: no such image. Conflict: a container needs it, or an id has several names.</exception>
    public IReadOnlyList<string> Remove(string typed, bool isForced)
    {
        ImageSummary image = Resolve(typed);
        IReadOnlyList<ImageRecord> rows = table.FindByDigestPrefix(image.Id);
        bool isByName = !IsPrefixOf(typed, image.Id);
        List<ImageRecord> leaving = isByName ? [.. rows.Where(r => r.Reference is not null && image.References.Contains(r.Reference))] : [.. rows];
        bool goes = leaving.Count == rows.Count;
        if (!isByName && !isForced && leaving.Select(static r => r.Reference is null ? null : ImageReference.Parse(r.Reference).Name).Distinct().Count() > 1)
        {
            throw new EngineException(ErrorCode.Conflict, $"conflict: unable to delete {Short(image.Id)} (must be forced) - image is referenced in multiple repositories", "inro rmi -f, or take the names away one by one");
        }

        var mounts = MountCounts.OfImages(paths);
        using FileLock? held = mounts.LockIfPossible(); // nobody mounts it meanwhile
        bool isNeeded = goes && RequireUnused(image, isForced);
        if (goes) { RequireUnmounted(mounts, image, isForced); }

        List<string> done = [];
        using var removal = new Removal(paths.Root, table);
        foreach (ImageRecord row in leaving)
        {
            bool isTaken = isNeeded && row.Reference is { } last ? table.TakeName(last) : !isNeeded && table.RemoveImage(row.Reference, row.Manifest);
            if (!isTaken) { continue; }

            if (row.Reference is { } name) { done.AddRange(Untagged(row, name)); }
        }

        if (goes && !isNeeded) { done.Add($"Deleted: {image.Id}"); }

        done.AddRange(removal.Collect().Select(static layer => $"Deleted: {layer.ChainId}"));
        return done;
    }

    private static IEnumerable<string> Untagged(ImageRecord row, string name)
    {
        ImageReference reference = ImageReference.Parse(name);
        yield return $"Untagged: {reference.Familiar}";
        if (row.Target is { } target) { yield return $"Untagged: {reference.FamiliarName}@{target}"; }
    }

    /// <summary>Whether stopped containers need it: then it loses its names only, and goes when it is removed again after them.</summary>
    private bool RequireUnused(ImageSummary image, bool isForced)
    {
        bool isNeeded = false;
        foreach ((string container, bool isRunning) in table.ContainersOf(image.Id))
        {
            if (isRunning)
            {
                throw new EngineException(ErrorCode.Conflict, $"conflict: unable to delete {Short(image.Id)} (cannot be forced) - image is being used by running container {container[..12]}", $"inro stop {container[..12]}");
            }

            if (!isForced)
            {
                throw new EngineException(ErrorCode.Conflict, $"conflict: unable to delete {Short(image.Id)} (must be forced) - image is being used by stopped container {container[..12]}", $"inro rm {container[..12]}, or inro rmi -f");
            }

            isNeeded = true;
        }

        return isNeeded;
    }

    private void RequireUnmounted(MountCounts mounts, ImageSummary image, bool isForced)
    {
        if (isForced) { mounts.Release(image.Id); }

        if (!MountCounts.ImagesInUse(paths).Contains(image.Id)) { return; }

        throw new EngineException(
            ErrorCode.Conflict,
            $"conflict: unable to delete {Short(image.Id)} ({(isForced ? "cannot" : "must")} be forced) - image is mounted{(isForced ? " in another mount namespace" : "")}",
            $"inro image unmount {Short(image.Id)}{(isForced ? " there" : ", or inro rmi -f")}");
    }

    private static bool IsPrefixOf(string typed, string id)
    {
        string hex = typed.StartsWith("sha256:", StringComparison.Ordinal) ? typed[7..] : typed;
        return IsHex(hex) && id.AsSpan(7).StartsWith(hex);
    }

    private static string Short(string id) => id.Substring(7, 12);
}
