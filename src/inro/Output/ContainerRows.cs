using System.Globalization;
using Inro.Engine.Containers;
using Inro.Engine.Views;

namespace Inro.Cli.Output;

/// <summary>The columns of <c>inro ps</c>, and its words for times.</summary>
internal static class ContainerRows
{
    /// <summary>Columns of the table where no other are asked.</summary>
    public const string Columns = "{{.ID}}\t{{.Image}}\t{{.Command}}\t{{.RunningFor}}\t{{.Status}}\t{{.Ports}}\t{{.Names}}";

    private const long NanosecondsPerTick = 100;

    public static FieldList Headings => new(
        ("ID", "CONTAINER ID"), ("Names", "NAMES"), ("Image", "IMAGE"), ("Command", "COMMAND"), ("CreatedAt", "CREATED AT"),
        ("RunningFor", "CREATED"), ("Ports", "PORTS"), ("State", "STATE"), ("Status", "STATUS"), ("Labels", "LABELS"),
        ("Mounts", "MOUNTS"), ("Networks", "NETWORKS"), ("Size", "SIZE"))
    {
        Labels = new Dictionary<string, string>(StringComparer.Ordinal),
    };

    /// <inheritdoc cref="StatusText.Of"/>
    public static string Status(ContainerSummary container, long now) => StatusText.Of(container, now);

    /// <summary>A point in time as Go prints it: <c>2026-11-20 10:00:00 +0100 +0100</c>.</summary>
    public static string Time(long nanoseconds)
    {
        DateTimeOffset local = TimeZoneInfo.ConvertTime(DateTimeOffset.UnixEpoch.AddTicks(nanoseconds / NanosecondsPerTick), TimeZoneInfo.Local);
        string offset = local.ToString("zzz", CultureInfo.InvariantCulture).Replace(":", "", StringComparison.Ordinal);
        return local.ToString("yyyy-MM-dd HH:mm:ss ", CultureInfo.InvariantCulture) + offset + " " + (local.Offset == TimeSpan.Zero ? "UTC" : offset);
    }

    /// <inheritdoc cref="StatusText.Ago"/>
    public static string Ago(long nanoseconds, long now) => StatusText.Ago(nanoseconds, now);
}
