using Inro.Engine.Volumes;

namespace Inro.Cli.Output;

/// <summary>Volumes as rows of <c>inro volume ls</c>.</summary>
internal static class VolumeRows
{
    public const string Columns = "{{.Driver}}\t{{.Name}}";

    private const string Unknown = "N/A";

    public static FieldList Headings => new(
        ("Availability", "AVAILABILITY"), ("Driver", "DRIVER"), ("Group", "GROUP"), ("Labels", "LABELS"), ("Links", "LINKS"), ("Mountpoint", "MOUNTPOINT"),
        ("Name", "VOLUME NAME"), ("Scope", "SCOPE"), ("Size", "SIZE"), ("Status", "STATUS"));

    /// <summary>One row. What is asked of a plug-in is asked when a template wants it.</summary>
    public static FieldList Of(VolumeRecord volume, VolumeCatalog volumes) => new(
        ("Availability", Unknown),
        ("Driver", volume.Driver),
        ("Group", Unknown),
        ("Labels", string.Join(',', volume.ShownLabels.OrderBy(static l => l.Key, StringComparer.Ordinal).Select(static l => $"{l.Key}={l.Value}"))),
        ("Links", Unknown),
        ("Mountpoint", volume.IsLocal ? volumes.PathOf(volume) : ""),
        ("Name", volume.Name),
        ("Scope", "local"),
        ("Size", Unknown),
        ("Status", Unknown))
    {
        Labels = volume.ShownLabels,
    };
}
