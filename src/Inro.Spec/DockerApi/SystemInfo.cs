using System.Text.Json.Serialization;

namespace Inro.Spec.DockerApi;

/// <summary>What <c>docker info</c> prints. Names and order are Docker's.</summary>
/// <remarks>Source: Docker Engine API 1.51, SystemInfo, and what docker 28 prints.</remarks>
public sealed record SystemInfo
{
#pragma warning disable CS1591 // the names are the API's: its reference explains them
    [JsonPropertyName("ID")]
    public required string Id { get; init; }
    public required int Containers { get; init; }
    public required int ContainersRunning { get; init; }
    public required int ContainersPaused { get; init; }
    public required int ContainersStopped { get; init; }
    public required int Images { get; init; }
    public required string Driver { get; init; }
    public required IReadOnlyList<IReadOnlyList<string>> DriverStatus { get; init; }
    public required SystemPlugins Plugins { get; init; }
    public required bool MemoryLimit { get; init; }
    public required bool SwapLimit { get; init; }
    public required bool CpuCfsPeriod { get; init; }
    public required bool CpuCfsQuota { get; init; }

    [JsonPropertyName("CPUShares")]
    public required bool CpuShares { get; init; }

    [JsonPropertyName("CPUSet")]
    public required bool CpuSet { get; init; }
    public required bool PidsLimit { get; init; }

    [JsonPropertyName("IPv4Forwarding")]
    public required bool IsForwarding { get; init; }
    public bool Debug { get; init; }
    public required bool OomKillDisable { get; init; }
    public required string SystemTime { get; init; }
    public required string LoggingDriver { get; init; }
    public required string CgroupDriver { get; init; }
    public required string CgroupVersion { get; init; }
    public required string KernelVersion { get; init; }
    public required string OperatingSystem { get; init; }

    [JsonPropertyName("OSVersion")]
    public required string OsVersion { get; init; }

    [JsonPropertyName("OSType")]
    public string OsType { get; init; } = "linux";
    public required string Architecture { get; init; }

    [JsonPropertyName("NCPU")]
    public required int Cpus { get; init; }
    public required long MemTotal { get; init; }
    public required string DockerRootDir { get; init; }
    public required string HttpProxy { get; init; }
    public required string HttpsProxy { get; init; }
    public required string NoProxy { get; init; }
    public required string Name { get; init; }
    public IReadOnlyList<string> Labels { get; init; } = [];
    public bool ExperimentalBuild { get; init; }
    public required string ServerVersion { get; init; }
    public required IReadOnlyDictionary<string, SystemRuntime> Runtimes { get; init; }
    public required string DefaultRuntime { get; init; }
    public required SystemSwarm Swarm { get; init; }
    public bool LiveRestoreEnabled { get; init; } = true;
    public string Isolation { get; init; } = "";
    public required string InitBinary { get; init; }
    public required IReadOnlyList<string> SecurityOptions { get; init; }

    [JsonPropertyName("CDISpecDirs")]
    public required IReadOnlyList<string> CdiSpecDirectories { get; init; }
    public required IReadOnlyList<string> Warnings { get; init; }
#pragma warning restore CS1591
}

/// <summary>Names of drivers by what they are for.</summary>
public sealed record SystemPlugins
{
    /// <summary>Drivers of volumes.</summary>
    public required IReadOnlyList<string> Volume { get; init; }

    /// <summary>Drivers of networks.</summary>
    public required IReadOnlyList<string> Network { get; init; }

    /// <summary>Always null: none.</summary>
    public IReadOnlyList<string>? Authorization { get; init; }

    /// <summary>Drivers of logs.</summary>
    public required IReadOnlyList<string> Log { get; init; }
}

/// <summary>A runtime.</summary>
public sealed record SystemRuntime
{
    /// <summary>The program.</summary>
    [JsonPropertyName("path")]
    public required string Path { get; init; }
}

/// <summary>The swarm that this machine is in.</summary>
public sealed record SystemSwarm
{
    /// <summary><c>inactive</c>: none.</summary>
    public string LocalNodeState { get; init; } = "inactive";
}
