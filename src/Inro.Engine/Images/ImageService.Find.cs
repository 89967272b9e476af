using Inro.Images;
using Inro.Images.Transfers;
using Inro.Spec;

namespace Inro.Engine.Images;

/// <content>Which image is meant.</content>
public sealed partial class ImageService
{
    private const int IdHexLength = 64;

    /// <summary>Images, newest first; each once, with all its references.</summary>
    public IReadOnlyList<ImageSummary> List()
    {
        IReadOnlyDictionary<string, ImageMark> marks = table.ListMarks();
        List<ImageSummary> images = [.. table.ListImages().GroupBy(i => i.Manifest).Select(g => Marked(Summary([.. g]), marks))];
        images.Sort((a, b) => b.CreatedNanoseconds != a.CreatedNanoseconds
            ? b.CreatedNanoseconds.CompareTo(a.CreatedNanoseconds)
            : string.CompareOrdinal(a.Id, b.Id));
        return images;
    }

    /// <summary>The image that a reference, an id or the beginning of an id means; a reference wins.</summary>
    /// <exception cref="EngineException">NotFound: <c>No such image: x</c>. InvalidArgument: neither a reference nor an id, or ambiguous.</exception>
    public ImageSummary Resolve(string typed) => TryResolve(typed) ?? throw NoSuchImage(typed);

    /// <summary>The same, refused where the image is for another platform than the one that is asked for.</summary>
    /// <param name="typed">A reference or an id.</param>
    /// <param name="platform">Null: any.</param>
    /// <exception cref="EngineException">NotFound: no such image, or not for this platform. InvalidArgument as above.</exception>
    public ImageSummary Resolve(string typed, Platform? platform)
    {
        ImageSummary image = Resolve(typed);
        if (platform is null) { return image; }

        try { ImagePlatform.Check(Inspect(image).Platform, platform, typed); }
        catch (ImageException other) { throw new EngineException(ErrorCode.NotFound, other.Message, other.Remedy!, other); } // it says what to do

        return image;
    }

    /// <summary>The same, null where there is none.</summary>
    /// <exception cref="EngineException">InvalidArgument: neither a reference nor an id, or ambiguous.</exception>
    public ImageSummary? TryResolve(string typed)
    {
        bool isReference = ImageReference.TryParse(typed, out ImageReference? reference, out string? why);
        if (isReference && ByReference(reference!) is { } named) { return named; }

        string hex = typed.StartsWith("sha256:", StringComparison.Ordinal) ? typed[7..] : typed;
        if (IsHex(hex)) { return ByPrefix(typed, hex); }

        return isReference ? null : throw new EngineException(
            ErrorCode.InvalidArgument,
            $"invalid reference format: {why}",
            "an image is named like debian, debian:12 or registry.example:5000/team/app@sha256:…");
    }

    /// <summary>The same image with its last use and whether it is pinned.</summary>
    public ImageSummary WithMarks(ImageSummary image) => Marked(image, table.ListMarks());

    private static ImageSummary Marked(ImageSummary image, IReadOnlyDictionary<string, ImageMark> marks) =>
        marks.TryGetValue(image.ManifestDigest, out ImageMark mark) ? image with { UsedNanoseconds = mark.UsedNanoseconds, IsPinned = mark.IsPinned } : image;

    /// <summary>Docker's words for an image that is not there.</summary>
    public static EngineException NoSuchImage(string typed) => new(
        ErrorCode.NotFound,
        $"No such image: {(ImageReference.TryParse(typed, out ImageReference? reference, out _) ? reference!.Familiar : typed)}",
        "fetch it with inro pull, or load it with inro load -i ARCHIVE; the images that are there: inro images");

    private ImageSummary? ByReference(ImageReference reference)
    {
        if (reference.Digest is { } digest)
        {
            ImageRecord[] same = [.. table.FindByDigestPrefix(digest.ToString())];
            ImageRecord[] named = [.. same.Where(i => i.Reference is { } r && ImageReference.Parse(r).Name == reference.Name)];
            return named.Length > 0 ? Summary(named) : null;
        }

        return table.FindImage(reference.ToString()) is { } found ? Summary([found]) : null;
    }

    private ImageSummary? ByPrefix(string typed, string hex)
    {
        IReadOnlyList<ImageRecord> rows = table.FindByDigestPrefix("sha256:" + hex);
        if (rows.Count == 0) { return null; }

        return rows.All(r => r.Config == rows[0].Config)
            ? Summary(rows)
            : throw new EngineException(ErrorCode.InvalidArgument, $"ambiguous image id {typed}", "give more digits of the id");
    }

    private static ImageSummary Summary(IReadOnlyList<ImageRecord> rows) => new()
    {
        Id = rows[0].Config.ToString(),
        ManifestDigest = rows[0].Manifest.ToString(),
        References = [.. rows.Where(r => r.Reference is not null).Select(r => r.Reference!).Order(StringComparer.Ordinal)],
        Targets = rows.Where(static r => r.Reference is not null && r.Target is not null).ToDictionary(static r => r.Reference!, static r => r.Target!.Value.ToString(), StringComparer.Ordinal), // both are there
        CreatedNanoseconds = rows[0].Created?.ToNanoseconds() ?? 0,
        SizeBytes = rows[0].SizeBytes,
        ChainId = rows[0].ChainId?.ToString() ?? "",
    };

    private static bool IsHex(string text)
    {
        if (text.Length is 0 or > IdHexLength) { return false; }

        foreach (char c in text)
        {
            if (!char.IsAsciiHexDigitLower(c)) { return false; }
        }

        return true;
    }
}
