using System.Globalization;
using Inro.Engine.Usage;

namespace Inro.Cli.Output;

/// <summary>The rows of <c>inro system df</c>.</summary>
internal static class UsageRows
{
    public const string Columns = "{{.Type}}\t{{.TotalCount}}\t{{.Active}}\t{{.Size}}\t{{.Reclaimable}}";

    public static FieldList Headings => new(("Type", "TYPE"), ("TotalCount", "TOTAL"), ("Active", "ACTIVE"), ("Size", "SIZE"), ("Reclaimable", "RECLAIMABLE"));

    public static IReadOnlyList<FieldList> Of(UsageReport report) =>
    [
        Row("Images", report.Images.Count, report.Images.Count(static i => i.Containers > 0), report.ImageBytes, report.ReclaimableImageBytes),
        Row("Containers", report.Containers.Count, report.Containers.Count(static c => c.IsActive),
            report.Containers.Sum(static c => c.Bytes), report.Containers.Where(static c => !c.IsActive).Sum(static c => c.Bytes)),
        Row("Local Volumes", report.Volumes.Count, report.Volumes.Count(static v => v.Links > 0),
            report.Volumes.Sum(static v => v.Bytes), report.Volumes.Where(static v => v.Links == 0).Sum(static v => v.Bytes)),
        Row("Build Cache", 0, 0, 0, 0),
    ];

    private static FieldList Row(string type, int total, int active, long bytes, long reclaimable) => new(
        ("Active", active.ToString(CultureInfo.InvariantCulture)),
        ("Reclaimable", bytes == 0 ? "0B" : $"{HumanUnits.Size(reclaimable)} ({reclaimable * 100 / bytes}%)"),
        ("ReclaimableBytes", reclaimable),
        ("Size", HumanUnits.Size(bytes)),
        ("SizeBytes", bytes),
        ("TotalCount", total.ToString(CultureInfo.InvariantCulture)),
        ("Type", type));
}
