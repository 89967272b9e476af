using Inro.Engine.Devices;

namespace Inro.Engine.Containers;

/// <content>What the container gets from the host: privileges, namespaces, devices, network.</content>
public sealed partial record ContainerConfig
{
    /// <summary><c>--privileged</c>.</summary>
    public bool Privileged { get; init; }

    /// <summary>With or without CAP_, any case; <c>ALL</c>.</summary>
    public IReadOnlyList<string> CapabilitiesAdded { get; init; } = [];

    /// <inheritdoc cref="CapabilitiesAdded"/>
    public IReadOnlyList<string> CapabilitiesDropped { get; init; } = [];

    /// <summary>As typed: <c>no-new-privileges</c>, <c>seccomp=FILE</c> (the file's content by then), <c>apparmor=NAME</c>, …</summary>
    public IReadOnlyList<string> SecurityOptions { get; init; } = [];

    /// <summary>Kernel parameters of the container's namespaces.</summary>
    public IReadOnlyDictionary<string, string> Sysctls { get; init; } = EmptyStrings;

    /// <summary>Devices of the host.</summary>
    public IReadOnlyList<DeviceRequest> Devices { get; init; } = [];

    /// <summary>Devices that CDI's files describe: <c>--gpus</c>, and <c>--device</c> by such a name.</summary>
    public IReadOnlyList<DeviceDemand> DeviceDemands { get; init; } = [];

    /// <summary>Rules of the device cgroup as typed: <c>c 1:3 rwm</c>.</summary>
    public IReadOnlyList<string> DeviceCgroupRules { get; init; } = [];

    /// <summary><c>none</c>, <c>host</c>, <c>container:ID</c> or a network's name; null: the default network.</summary>
    public string? NetworkMode { get; init; }

    /// <summary><c>host</c>, <c>container:ID</c>; null: private.</summary>
    public string? PidMode { get; init; }

    /// <summary><c>none</c>, <c>host</c>, <c>shareable</c>, <c>private</c>, <c>container:ID</c>; null: private.</summary>
    public string? IpcMode { get; init; }

    /// <summary><c>host</c>; null: private.</summary>
    public string? UtsMode { get; init; }

    /// <summary><c>host</c>, <c>private</c>, <c>auto</c> and <c>keep-id</c> with their options; null: host for root.</summary>
    public string? UserNamespace { get; init; }

    /// <summary><c>host</c>, <c>private</c>; null: the hierarchy's default.</summary>
    public string? CgroupNamespace { get; init; }

    /// <summary>Name servers.</summary>
    public IReadOnlyList<string> Dns { get; init; } = [];

    /// <summary>Options of resolv.conf.</summary>
    public IReadOnlyList<string> DnsOptions { get; init; } = [];

    /// <summary>Search domains.</summary>
    public IReadOnlyList<string> DnsSearch { get; init; } = [];

    /// <summary><c>name:address</c> lines for /etc/hosts.</summary>
    public IReadOnlyList<string> ExtraHosts { get; init; } = [];

    /// <summary>Ports that the user says are listened on: <c>80/tcp</c>.</summary>
    public IReadOnlyList<string> ExposedPorts { get; init; } = [];

    /// <summary>As typed: <c>[ip:][host:]container[/proto]</c>.</summary>
    public IReadOnlyList<string> PublishedPorts { get; init; } = [];

    /// <summary><c>-P</c>.</summary>
    public bool PublishAllPorts { get; init; }

    /// <summary>More names on the network.</summary>
    public IReadOnlyList<string> NetworkAliases { get; init; } = [];

    /// <summary>Other containers that it knows by name: <c>NAME[:ALIAS]</c>.</summary>
    public IReadOnlyList<string> Links { get; init; } = [];

    /// <summary>Link-local addresses.</summary>
    public IReadOnlyList<string> LinkLocalAddresses { get; init; } = [];

    /// <summary>A fixed IPv4 address.</summary>
    public string? Address { get; init; }

    /// <summary>A fixed IPv6 address.</summary>
    public string? Address6 { get; init; }

    /// <summary>A fixed hardware address.</summary>
    public string? MacAddress { get; init; }

    /// <summary>Runtime's name; null: ours.</summary>
    public string? Runtime { get; init; }

    /// <summary><c>vm</c>; null: a container.</summary>
    public string? Isolation { get; init; }
}

/// <summary>A device of the host for a container.</summary>
/// <param name="HostPath">Path on the host; a directory means every device in it.</param>
/// <param name="ContainerPath">Path in the container.</param>
/// <param name="Permissions">Some of <c>rwm</c>.</param>
public sealed record DeviceRequest(string HostPath, string ContainerPath, string Permissions);

/// <summary>When a container is started again.</summary>
/// <param name="Name"><c>no</c>, <c>always</c>, <c>unless-stopped</c> or <c>on-failure</c>.</param>
/// <param name="MaximumRetries">For <c>on-failure</c>; 0: without end.</param>
public sealed record RestartPolicy(string Name, int MaximumRetries)
{
    /// <summary>The default: never.</summary>
    public static RestartPolicy Never { get; } = new("no", 0);

    /// <summary>Reads <c>no</c>, <c>always</c>, <c>unless-stopped</c>, <c>on-failure</c> or <c>on-failure:N</c>.</summary>
    /// <exception cref="FormatException">It is none of these.</exception>
    public static RestartPolicy Parse(string text) => RestartPolicies.Parse(text);
}

/// <summary>How the health of a container is tested. Times are nanoseconds, 0 means the default.</summary>
public sealed record HealthCheck
{
    /// <summary><c>NONE</c>, or <c>CMD</c> and arguments, or <c>CMD-SHELL</c> and one line; empty: the image's.</summary>
    public IReadOnlyList<string> Test { get; init; } = [];

    /// <summary>Time between two tests.</summary>
    public long IntervalNanoseconds { get; init; }

    /// <summary>Longest time of one test.</summary>
    public long TimeoutNanoseconds { get; init; }

    /// <summary>Time at the start in which failures do not count.</summary>
    public long StartPeriodNanoseconds { get; init; }

    /// <summary>Time between two tests in the start period.</summary>
    public long StartIntervalNanoseconds { get; init; }

    /// <summary>Failures in a row that make it unhealthy.</summary>
    public int Retries { get; init; }
}
