using System.Globalization;
using Inro.Engine.Containers;
using Inro.Engine.Health;
using Inro.Engine.Templates;

namespace Inro.Cli.Output;

/// <summary>The columns of <c>inro ps</c>, and its words for states and times.</summary>
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

    /// <summary>Docker's word for a state.</summary>
    public static string State(ContainerState state) => state switch
    {
        ContainerState.Creating or ContainerState.Starting => "created",
        _ => state.ToString().ToLowerInvariant(),
    };

    /// <summary>Docker's sentence about a container.</summary>
    public static string Status(ContainerSummary container, long now) => container.State switch
    {
        ContainerState.Running => $"Up {Span(container.StartedNanoseconds, now)}{Health(container.Health)}",
        ContainerState.Paused => $"Up {Span(container.StartedNanoseconds, now)} (Paused)",
        ContainerState.Restarting => $"Restarting ({Code(container)}) {Ago(container.FinishedNanoseconds, now)}",
        ContainerState.Exited => $"Exited ({Code(container)}) {Ago(container.FinishedNanoseconds, now)}",
        ContainerState.Removing => "Removal In Progress",
        ContainerState.Dead => "Dead",
        _ => "Created",
    };

    /// <summary>A point in time as Go prints it: <c>2026-11-20 10:00:00 +0100 +0100</c>.</summary>
    public static string Time(long nanoseconds)
    {
        DateTimeOffset local = TimeZoneInfo.ConvertTime(DateTimeOffset.UnixEpoch.AddTicks(nanoseconds / NanosecondsPerTick), TimeZoneInfo.Local);
        string offset = local.ToString("zzz", CultureInfo.InvariantCulture).Replace(":", "", StringComparison.Ordinal);
        return local.ToString("yyyy-MM-dd HH:mm:ss ", CultureInfo.InvariantCulture) + offset + " " + (local.Offset == TimeSpan.Zero ? "UTC" : offset);
    }

    /// <summary>How long ago something was, in words.</summary>
    public static string Ago(long nanoseconds, long now) => Span(nanoseconds, now) + " ago";

    private static string Span(long nanoseconds, long now) => HumanUnits.Duration(TimeSpan.FromTicks(Math.Max(now - nanoseconds, 0) / NanosecondsPerTick));

    private static string Health(HealthState state) => state switch
    {
        HealthState.None => "",
        HealthState.Starting => " (health: starting)",
        _ => $" ({HealthRecordFile.NameOf(state)})",
    };

    private static string Code(ContainerSummary container) => container.ExitCode?.ToString(CultureInfo.InvariantCulture) ?? "unknown";
}
