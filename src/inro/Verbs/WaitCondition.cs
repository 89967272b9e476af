using System.Globalization;
using Inro.Engine;
using Inro.Engine.Containers;
using Inro.Engine.Health;

namespace Inro.Cli.Verbs;

/// <summary>A state that <c>inro wait --condition</c> waits for. See podman-wait(1).</summary>
internal sealed class WaitCondition
{
    private readonly string name;

    private WaitCondition(string name) => this.name = name;

    /// <summary>What can be named.</summary>
    public static IReadOnlyList<string> Names { get; } =
        ["configured", "created", "exited", "healthy", "initialized", "paused", "removing", "running", "stopped", "stopping", "unhealthy"];

    /// <summary>It does not run.</summary>
    public static WaitCondition Ended { get; } = new("stopped");

    /// <summary>Nobody can be in that state who is not there; of one that was removed it is said that it held.</summary>
    public bool HoldsWithout => name is "removing" or "stopped" or "exited";

    /// <summary>Reads a name.</summary>
    public static WaitCondition Parse(string text) =>
        Names.Contains(text, StringComparer.Ordinal) ? new WaitCondition(text) : throw new FormatException($"unknown condition '{text}'; use one of {string.Join(", ", Names)}");

    /// <summary>Milliseconds, or a duration with its unit.</summary>
    public static TimeSpan Interval(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int milliseconds) ? TimeSpan.FromMilliseconds(milliseconds) : GoDuration.Parse(text);

    /// <summary>True while the container is in that state.</summary>
    public bool Holds(ContainerRecord record) => name switch
    {
        "configured" or "created" => record.State == ContainerState.Created,
        "initialized" => record.State == ContainerState.Initialized,
        "exited" or "stopped" => record.State is ContainerState.Exited or ContainerState.Created or ContainerState.Dead,
        "healthy" => record.Health == HealthState.Healthy,
        "unhealthy" => record.Health == HealthState.Unhealthy,
        "paused" => record.State == ContainerState.Paused,
        "running" => record.State == ContainerState.Running,
        "removing" => record.State == ContainerState.Removing,
        _ => false,
    };
}
