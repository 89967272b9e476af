using System.Text.Json.Serialization;

namespace Inro.Spec.DockerApi;

/// <summary>One container as <c>docker inspect</c> prints it. Names, order, null and empty are Docker's.</summary>
/// <remarks>Source: Docker Engine API 1.51, ContainerInspectResponse, and what docker 28 prints.</remarks>
public sealed record ContainerInspect
{
#pragma warning disable CS1591 // the names are the API's: its reference explains them
    public required string Id { get; init; }
    public required string Created { get; init; }
    public required string Path { get; init; }
    public required IReadOnlyList<string> Args { get; init; }
    public required ContainerInspectState State { get; init; }
    public required string Image { get; init; }
    public required string ResolvConfPath { get; init; }
    public required string HostnamePath { get; init; }
    public required string HostsPath { get; init; }
    public required string LogPath { get; init; }
    public required string Name { get; init; }
    public required int RestartCount { get; init; }
    public required string Driver { get; init; }
    public required string Platform { get; init; }
    public string MountLabel { get; init; } = "";
    public string ProcessLabel { get; init; } = "";
    public string AppArmorProfile { get; init; } = "";

    [JsonPropertyName("ExecIDs")]
    public IReadOnlyList<string>? ExecIds { get; init; }
    public required HostConfigView HostConfig { get; init; }
    public required GraphDriverView GraphDriver { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? SizeRw { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? SizeRootFs { get; init; }
    public required IReadOnlyList<MountPointView> Mounts { get; init; }
    public required ContainerConfigView Config { get; init; }
    public required NetworkSettingsView NetworkSettings { get; init; }
}

/// <summary>State of a container.</summary>
public sealed record ContainerInspectState
{
    public required string Status { get; init; }
    public required bool Running { get; init; }
    public required bool Paused { get; init; }
    public required bool Restarting { get; init; }

    [JsonPropertyName("OOMKilled")]
    public required bool OomKilled { get; init; }
    public required bool Dead { get; init; }
    public required int Pid { get; init; }
    public required int ExitCode { get; init; }
    public required string Error { get; init; }
    public required string StartedAt { get; init; }
    public required string FinishedAt { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public HealthView? Health { get; init; }
}

/// <summary>What health checks found.</summary>
public sealed record HealthView(string Status, int FailingStreak, IReadOnlyList<HealthResultView> Log);

/// <summary>One health check.</summary>
public sealed record HealthResultView(string Start, string End, int ExitCode, string Output);

/// <summary>Where the layers are.</summary>
public sealed record GraphDriverView
{
    public required IReadOnlyDictionary<string, string>? Data { get; init; }
    public required string Name { get; init; }
}

/// <summary>One mount of a container.</summary>
public sealed record MountPointView
{
    public required string Type { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Name { get; init; }
    public required string Source { get; init; }
    public required string Destination { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Driver { get; init; }
    public required string Mode { get; init; }

    [JsonPropertyName("RW")]
    public required bool IsWritable { get; init; }
    public required string Propagation { get; init; }
}

/// <summary>What the container is, independent of the host.</summary>
public sealed record ContainerConfigView
{
    public required string Hostname { get; init; }
    public required string Domainname { get; init; }
    public required string User { get; init; }
    public required bool AttachStdin { get; init; }
    public required bool AttachStdout { get; init; }
    public required bool AttachStderr { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, NoFields>? ExposedPorts { get; init; }
    public required bool Tty { get; init; }
    public required bool OpenStdin { get; init; }
    public required bool StdinOnce { get; init; }
    public required IReadOnlyList<string> Env { get; init; }
    public required IReadOnlyList<string>? Cmd { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public HealthcheckView? Healthcheck { get; init; }
    public required string Image { get; init; }
    public required IReadOnlyDictionary<string, NoFields>? Volumes { get; init; }
    public required string WorkingDir { get; init; }
    public required IReadOnlyList<string>? Entrypoint { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? MacAddress { get; init; }
    public IReadOnlyList<string>? OnBuild { get; init; }
    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? StopSignal { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? StopTimeout { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Shell { get; init; }
}

/// <summary>How health is tested; zero values are left out.</summary>
public sealed record HealthcheckView
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Test { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Interval { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Timeout { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long StartPeriod { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long StartInterval { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Retries { get; init; }
#pragma warning restore CS1591
}

/// <summary>An object without fields: the value of Go's sets.</summary>
public sealed record NoFields
{
    /// <summary>The only one needed.</summary>
    public static NoFields Value { get; } = new();
}
