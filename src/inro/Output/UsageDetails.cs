using System.Globalization;
using Inro.Engine.Containers;
using Inro.Engine.Usage;
using Inro.Spec;

namespace Inro.Cli.Output;

/// <summary>The tables of <c>inro system df -v</c>.</summary>
internal static class UsageDetails
{
    private const string None = "<none>";
    private const int ShortId = 12;
    private const int CommandWidth = 20;

    private static FieldList ImageHeadings => new(
        ("Repository", "REPOSITORY"), ("Tag", "TAG"), ("ID", "IMAGE ID"), ("CreatedSince", "CREATED"), ("Size", "SIZE"), ("SharedSize", "SHARED SIZE"),
        ("UniqueSize", "UNIQUE SIZE"), ("Containers", "CONTAINERS"));

    private static FieldList ContainerHeadings => new(
        ("ID", "CONTAINER ID"), ("Image", "IMAGE"), ("Command", "COMMAND"), ("LocalVolumes", "LOCAL VOLUMES"), ("Size", "SIZE"), ("RunningFor", "CREATED"),
        ("Status", "STATUS"), ("Names", "NAMES"));

    private static FieldList VolumeHeadings => new(("Name", "VOLUME NAME"), ("Links", "LINKS"), ("Size", "SIZE"));

    private static FieldList CacheHeadings => new(
        ("ID", "CACHE ID"), ("CacheType", "CACHE TYPE"), ("Size", "SIZE"), ("CreatedSince", "CREATED"), ("LastUsedSince", "LAST USED"), ("UsageCount", "USAGE"), ("Shared", "SHARED"));

    /// <summary>All four as docker prints them.</summary>
    public static string Text(UsageReport report, long now) =>
        "Images space usage:\n\n"
        + TableFormat.Render(null, "{{.Repository}}\t{{.Tag}}\t{{.ID}}\t{{.CreatedSince}}\t{{.Size}}\t{{.SharedSize}}\t{{.UniqueSize}}\t{{.Containers}}", ImageHeadings, Images(report, now))
        + "\nContainers space usage:\n\n"
        + TableFormat.Render(null, "{{.ID}}\t{{.Image}}\t{{.Command}}\t{{.LocalVolumes}}\t{{.Size}}\t{{.RunningFor}}\t{{.Status}}\t{{.Names}}", ContainerHeadings, Containers(report, now))
        + "\nLocal Volumes space usage:\n\n"
        + TableFormat.Render(null, "{{.Name}}\t{{.Links}}\t{{.Size}}", VolumeHeadings, Volumes(report))
        + "\nBuild cache usage: 0B\n\n"
        + TableFormat.Render(null, "{{.ID}}\t{{.CacheType}}\t{{.Size}}\t{{.CreatedSince}}\t{{.LastUsedSince}}\t{{.UsageCount}}\t{{.Shared}}", CacheHeadings, []);

    /// <summary>The same as one object for templates and JSON.</summary>
    public static FieldList Fields(UsageReport report, long now) => new(
        ("BuildCache", Array.Empty<object?>()),
        ("Containers", Containers(report, now).ToArray<object?>()),
        ("Images", Images(report, now).ToArray<object?>()),
        ("Volumes", Volumes(report).ToArray<object?>()));

    private static List<FieldList> Images(UsageReport report, long now)
    {
        List<FieldList> rows = [];
        foreach (ImageUsage usage in report.Images)
        {
            if (usage.Image.References.Count == 0) { rows.Add(Image(usage, name: null, now)); }

            rows.AddRange(usage.Image.References.Select(r => Image(usage, ImageReference.Parse(r), now)));
        }

        return rows;
    }

    private static FieldList Image(ImageUsage usage, ImageReference? name, long now) => new(
        ("Containers", Number(usage.Containers)),
        ("CreatedSince", usage.Image.CreatedNanoseconds > 0 ? ContainerRows.Ago(usage.Image.CreatedNanoseconds, now) : "N/A"),
        ("Digest", usage.Image.ManifestDigest),
        ("ID", usage.Image.Id.Substring(usage.Image.Id.IndexOf(':', StringComparison.Ordinal) + 1, ShortId)),
        ("Repository", name?.FamiliarName ?? None),
        ("SharedSize", HumanUnits.Size(usage.Bytes - usage.UniqueBytes)),
        ("Size", HumanUnits.Size(usage.Bytes)),
        ("Tag", name?.Tag ?? None),
        ("UniqueSize", HumanUnits.Size(usage.UniqueBytes)));

    private static List<FieldList> Containers(UsageReport report, long now) => [.. report.Containers.Select(usage => new FieldList(
        ("Command", Inro.Engine.Templates.TemplateJson.Of(HumanUnits.Ellipsis(string.Join(' ', ContainerService.ArgumentsOf(usage.Container)), CommandWidth))),
        ("ID", usage.Container.Id[..ShortId]),
        ("Image", usage.Container.Image),
        ("LocalVolumes", Number(usage.Volumes)),
        ("Names", usage.Container.Name),
        ("RunningFor", ContainerRows.Ago(usage.Container.CreatedNanoseconds, now)),
        ("Size", HumanUnits.Size(usage.Bytes)),
        ("Status", ContainerRows.Status(usage.Container, now))))];

    private static List<FieldList> Volumes(UsageReport report) =>
        [.. report.Volumes.Select(static v => new FieldList(("Links", Number(v.Links)), ("Name", v.Name), ("Size", HumanUnits.Size(v.Bytes))))];

    private static string Number(int count) => count.ToString(CultureInfo.InvariantCulture);
}
