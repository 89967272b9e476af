using Inro.Engine.Images;
using Inro.Spec;

namespace Inro.Cli.Output;

/// <summary>Images as rows of <c>inro images</c>.</summary>
internal static class ImageRows
{
    private const int ShortId = 12;
    private const string None = "<none>";

    /// <summary>Columns of the table where no other are asked.</summary>
    public static string Columns(bool withDigests) =>
        "{{.Repository}}\t{{.Tag}}\t" + (withDigests ? "{{.Digest}}\t" : "") + "{{.ID}}\t{{.CreatedSince}}\t{{.Size}}";

    public static FieldList Headings => new(
        ("ID", "IMAGE ID"), ("Repository", "REPOSITORY"), ("Tag", "TAG"), ("Digest", "DIGEST"), ("CreatedSince", "CREATED"),
        ("CreatedAt", "CREATED AT"), ("Size", "SIZE"), ("Pinned", "PINNED"));

    /// <summary>One row per reference; one for an image without any.</summary>
    public static IEnumerable<FieldList> Of(ImageSummary image, long now, bool isFull)
    {
        if (image.References.Count == 0)
        {
            yield return Row(image, null, image.ManifestDigest, now, isFull);
            yield break;
        }

        foreach (string reference in image.References) { yield return Row(image, ImageReference.Parse(reference), image.DigestOf(reference), now, isFull); }
    }

    private static FieldList Row(ImageSummary image, ImageReference? reference, string digest, long now, bool isFull)
    {
        string digits = image.Id[(image.Id.IndexOf(':', StringComparison.Ordinal) + 1)..];
        bool isDated = image.CreatedNanoseconds > 0;
        return new FieldList(
            ("CreatedAt", isDated ? ContainerRows.Time(image.CreatedNanoseconds) : "N/A"),
            ("CreatedSince", isDated ? ContainerRows.Ago(image.CreatedNanoseconds, now) : "N/A"),
            ("Digest", digest),
            ("ID", isFull ? image.Id : digits[..ShortId]),
            ("Pinned", image.IsPinned ? "true" : "false"),
            ("Repository", reference?.FamiliarName ?? None),
            ("Size", HumanUnits.Size(image.SizeBytes)),
            ("Tag", reference?.Tag ?? None));
    }
}
