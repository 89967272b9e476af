using System.Globalization;
using Inro.Engine.Containers;
using Inro.Engine.Health;

namespace Inro.Engine.Views;

/// <summary>Docker's sentence about a container, which its lists show.</summary>
public static class StatusText
{
    private const long NanosecondsPerTick = 100;

    /// <summary><c>Up 4 seconds (healthy)</c>, <c>Exited (0) 3 minutes ago</c>, …</summary>
    /// <param name="container">The container.</param>
    /// <param name="now">Nanoseconds since 1970.</param>
    public static string Of(ContainerSummary container, long now) => container.State switch
    {
        ContainerState.Running => $"Up {Span(container.StartedNanoseconds, now)}{Health(container.Health)}",
        ContainerState.Paused => $"Up {Span(container.StartedNanoseconds, now)} (Paused)",
        ContainerState.Restarting => $"Restarting ({Code(container)}) {Ago(container.FinishedNanoseconds, now)}",
        ContainerState.Exited => $"Exited ({Code(container)}) {Ago(container.FinishedNanoseconds, now)}",
        ContainerState.Removing => "Removal In Progress",
        ContainerState.Dead => "Dead",
        ContainerState.Initialized => "Initialized",
        _ => "Created",
    };

    /// <summary>How long ago something was, in words.</summary>
    public static string Ago(long nanoseconds, long now) => Span(nanoseconds, now) + " ago";

    private static string Span(long nanoseconds, long now) => SpanText.Of(TimeSpan.FromTicks(Math.Max(now - nanoseconds, 0) / NanosecondsPerTick));

    private static string Health(HealthState state) => state switch
    {
        HealthState.None => "",
        HealthState.Starting => " (health: starting)",
        _ => $" ({HealthRecordFile.NameOf(state)})",
    };

    private static string Code(ContainerSummary container) => container.ExitCode?.ToString(CultureInfo.InvariantCulture) ?? "unknown";
}
