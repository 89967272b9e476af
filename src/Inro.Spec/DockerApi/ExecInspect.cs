using System.Text.Json.Serialization;

namespace Inro.Spec.DockerApi;

/// <summary>An exec. Source: Docker Engine API 1.51, ExecInspectResponse.</summary>
public sealed record ExecInspect
{
#pragma warning disable CS1591 // the names are the API's: its reference explains them
    [JsonPropertyName("ID")]
    public required string Id { get; init; }
    public required bool Running { get; init; }
    public required int? ExitCode { get; init; }
    public required ExecProcessView ProcessConfig { get; init; }
    public required bool OpenStdin { get; init; }
    public required bool OpenStderr { get; init; }
    public required bool OpenStdout { get; init; }
    public bool CanRemove { get; init; }

    [JsonPropertyName("ContainerID")]
    public required string ContainerId { get; init; }
    public required string DetachKeys { get; init; }
    public required int Pid { get; init; }
#pragma warning restore CS1591
}

/// <summary>The process of an exec.</summary>
public sealed record ExecProcessView(
    [property: JsonPropertyName("tty")] bool Tty,
    [property: JsonPropertyName("entrypoint")] string Entrypoint,
    [property: JsonPropertyName("arguments")] IReadOnlyList<string> Arguments,
    [property: JsonPropertyName("privileged")] bool Privileged)
{
    /// <summary>As whom; null: as the container's own.</summary>
    [JsonPropertyName("user"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? User { get; init; }
}
