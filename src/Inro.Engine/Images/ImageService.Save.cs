using Inro.Images;
using Inro.Images.Archives;
using Inro.Images.Content;
using Inro.Images.Transfers;
using Inro.Linux.Files;
using Inro.Spec;

namespace Inro.Engine.Images;

/// <content>Writing archives.</content>
public sealed partial class ImageService
{
    /// <summary>Writes images into an archive that is an OCI layout and a docker archive at once.</summary>
    /// <param name="typed">Names or ids. A repository without a tag means all its tags here.</param>
    /// <param name="platform">What they must run on; null: whatever they do.</param>
    /// <param name="output">Where to; of no use after a failure.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="EngineException">NotFound: no such image. InvalidArgument: not for the platform. DataLoss: a blob is missing or changed.</exception>
    public void Save(IReadOnlyList<string> typed, Platform? platform, Stream output, CancellationToken ct)
    {
        List<SavedImage> images = [];
        foreach (string name in typed) { AddSaved(images, name); }

        using DirFd root = DirFd.Open(paths.Root);
        try { new ImageSaver(root, new ContentStore(root)).Save(images, platform, output, ct); }
        catch (ImageException failed)
        {
            ErrorCode code = failed.InnerException is null ? ErrorCode.InvalidArgument : ErrorCode.DataLoss;
            throw new EngineException(code, failed.Message, failed.Remedy ?? "inro images shows what is there", failed);
        }
    }

    /// <summary>An image that was named twice is there once, with all the names that were given.</summary>
    private void AddSaved(List<SavedImage> images, string typed)
    {
        if (IsRepository(typed, out ImageReference? repository) && RowsIn(repository!) is { Count: > 0 } rows)
        {
            foreach (ImageRecord row in rows) { AddSaved(images, row.Manifest, ImageReference.Parse(row.Reference!)); } // rows of a repository have names

            return;
        }

        ImageSummary image = Resolve(typed);
        bool isNamed = !IsPrefixOf(typed, image.Id) && ImageReference.TryParse(typed, out repository, out _) && repository!.Digest is null;
        AddSaved(images, Digest.Parse(image.ManifestDigest), isNamed ? repository : null);
    }

    private static void AddSaved(List<SavedImage> images, Digest manifest, ImageReference? name)
    {
        int at = images.FindIndex(i => i.Manifest == manifest);
        if (at < 0) { images.Add(new SavedImage(manifest, name is null ? [] : [name])); }
        else if (name is not null && !images[at].References.Contains(name)) { images[at] = images[at] with { References = [.. images[at].References, name] }; }
    }

    private IReadOnlyList<ImageRecord> RowsIn(ImageReference repository) =>
        [.. table.ListImages().Where(i => i.Reference is { } r && ImageReference.Parse(r).Name == repository.Name)];

    /// <summary>A name with neither a tag nor a digest.</summary>
    private static bool IsRepository(string typed, out ImageReference? repository) =>
        ImageReference.TryParse(typed, out repository, out _) && repository!.Digest is null && typed.LastIndexOf(':') <= typed.LastIndexOf('/');
}
