using System.Text.Json.Serialization;

namespace Inro.Spec.Image;

/// <summary>What a container of an image does unless told otherwise: the object <c>config</c> of an image's config.</summary>
/// <remarks>Source: OCI image-spec v1.1.1, config.md "config"; Healthcheck, OnBuild and Shell are Docker's.</remarks>
public sealed record ContainerDefaults
{
    /// <summary>User and group, by name or number: <c>user[:group]</c>.</summary>
    [JsonPropertyName("User")]
    public string? User { get; init; }

    /// <summary>Ports that the image serves, <c>80/tcp</c>; the values are empty objects.</summary>
    [JsonPropertyName("ExposedPorts")]
    public IReadOnlyDictionary<string, EmptyObject>? ExposedPorts { get; init; }

    /// <summary>Environment, <c>NAME=value</c>.</summary>
    [JsonPropertyName("Env")]
    public IReadOnlyList<string>? Env { get; init; }

    /// <summary>First part of the command.</summary>
    [JsonPropertyName("Entrypoint")]
    public IReadOnlyList<string>? Entrypoint { get; init; }

    /// <summary>Arguments of the entrypoint, or the command where there is none.</summary>
    [JsonPropertyName("Cmd")]
    public IReadOnlyList<string>? Cmd { get; init; }

    /// <summary>Places that want a volume; the values are empty objects.</summary>
    [JsonPropertyName("Volumes")]
    public IReadOnlyDictionary<string, EmptyObject>? Volumes { get; init; }

    /// <summary>Directory in which the command starts.</summary>
    [JsonPropertyName("WorkingDir")]
    public string? WorkingDir { get; init; }

    /// <summary>Free words about the image.</summary>
    [JsonPropertyName("Labels")]
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    /// <summary>Signal that asks the command to end: <c>SIGTERM</c>, <c>15</c>.</summary>
    [JsonPropertyName("StopSignal")]
    public string? StopSignal { get; init; }

    /// <summary>How to find out whether the container is well.</summary>
    [JsonPropertyName("Healthcheck")]
    public HealthCheck? HealthCheck { get; init; }

    /// <summary>Instructions for builds that start from this image.</summary>
    [JsonPropertyName("OnBuild")]
    public IReadOnlyList<string>? OnBuild { get; init; }

    /// <summary>Shell of the shell forms.</summary>
    [JsonPropertyName("Shell")]
    public IReadOnlyList<string>? Shell { get; init; }
}

/// <summary>How to find out whether a container is well. Durations are nanoseconds; zero means the default.</summary>
public sealed record HealthCheck
{
    /// <summary><c>["NONE"]</c>, <c>["CMD", …]</c> or <c>["CMD-SHELL", command]</c>.</summary>
    [JsonPropertyName("Test")]
    public IReadOnlyList<string>? Test { get; init; }

    /// <summary>Time between two checks.</summary>
    [JsonPropertyName("Interval")]
    public long IntervalNanoseconds { get; init; }

    /// <summary>Time after which a check is taken to have failed.</summary>
    [JsonPropertyName("Timeout")]
    public long TimeoutNanoseconds { get; init; }

    /// <summary>Time at the start in which failures do not count.</summary>
    [JsonPropertyName("StartPeriod")]
    public long StartPeriodNanoseconds { get; init; }

    /// <summary>Time between checks during the start period.</summary>
    [JsonPropertyName("StartInterval")]
    public long StartIntervalNanoseconds { get; init; }

    /// <summary>Failures in a row that make the container unhealthy.</summary>
    [JsonPropertyName("Retries")]
    public int Retries { get; init; }
}

/// <summary>An object without properties: what JSON sets are made of.</summary>
public sealed record EmptyObject;
