using Inro.Engine.Images;
using Inro.Spec;
using Inro.Spec.Image;

namespace Inro.Cli.Output;

/// <summary>Images as <c>inro images --tree</c> shows them: the names, and below them what the image is for.</summary>
internal static class ImageTree
{
    private const int ShortId = 12;

    /// <summary>The whole text.</summary>
    public static string Render(IReadOnlyList<ImageSummary> images, ImageService service)
    {
        IReadOnlySet<string> used = service.UsedImages();
        List<string> lines = ["IMAGE\tID\tDISK USAGE\tCONTENT SIZE\tUSED\tPINNED"];
        foreach (ImageSummary image in images)
        {
            (long disk, long content) = service.SizesOf(image);
            string sizes = $"{HumanUnits.Size(disk)}\t{HumanUnits.Size(content)}";
            string marks = $"{(used.Contains(image.Id) ? "✔" : "")}\t{(image.IsPinned ? "✔" : "")}";
            IEnumerable<string> names = image.References.Count == 0 ? ["<untagged>"] : image.References.Select(static r => ImageReference.Parse(r).Familiar);
            lines.AddRange(names.Select(name => $"{name}\t{Short(image.Id)}\t{sizes}\t{marks}"));
            lines.Add($"└─ {PlatformOf(service.Inspect(image))}\t{Short(image.ManifestDigest)}\t{sizes}\t\t");
        }

        return TextTable.Align(string.Concat(lines.Select(static l => l + "\n")));
    }

    private static string PlatformOf(ImageConfig config) =>
        $"{config.OperatingSystem ?? "linux"}/{config.Architecture ?? "unknown"}{(config.Variant is { Length: > 0 } variant ? "/" + variant : "")}";

    private static string Short(string digest) => digest.Substring(digest.IndexOf(':', StringComparison.Ordinal) + 1, ShortId);
}
