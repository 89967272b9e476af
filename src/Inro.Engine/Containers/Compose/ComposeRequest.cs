using Inro.Engine.Health;
using Inro.Engine.Containers.Rootfs;
using Inro.Engine.Volumes;
using Inro.Linux.Capabilities;
using Inro.Spec.Image;
using Inro.Spec.Runtime;

namespace Inro.Engine.Containers.Compose;

/// <summary>Everything from which a container's config.json is composed. Nothing else is looked at but the host's devices where they are asked for.</summary>
public sealed record ComposeRequest
{
    /// <summary>What the user asked.</summary>
    public required ContainerConfig Config { get; init; }

    /// <summary>The container's full id.</summary>
    public required string Id { get; init; }

    /// <summary>What the image says; null for none.</summary>
    public ContainerDefaults? Image { get; init; }

    /// <summary>Binds and volumes, resolved, in the order asked.</summary>
    public IReadOnlyList<ResolvedMount> Mounts { get; init; } = [];

    /// <summary>The bundle's directory: hosts, hostname and resolv.conf are bound from there.</summary>
    public required string Bundle { get; init; }

    /// <summary>The root file system, for the look-up of users.</summary>
    public required IRootfsFiles Rootfs { get; init; }

    /// <summary>Path in the cgroup trees.</summary>
    public required string CgroupsPath { get; init; }

    /// <summary>Whether the engine runs as root of the host.</summary>
    public bool IsRootful { get; init; } = true;

    /// <summary>The ids of the container's user namespace; null for none (docker's default as root).</summary>
    public IdMappings? IdMappings { get; init; }

    /// <summary>Who its process is where the user asks for nobody, <c>uid:gid</c>; null: whom the image says.</summary>
    public string? KeptUser { get; init; }

    /// <summary>Who that is on the host; null: nobody is kept, or the host has no name for the user.</summary>
    public HostAccount? KeptAccount { get; init; }

    /// <summary>Namespace files for modes that name another container: kind (<c>network</c>, <c>pid</c>, <c>ipc</c>) to path.</summary>
    public IReadOnlyDictionary<string, string> JoinedNamespaces { get; init; } = System.Collections.ObjectModel.ReadOnlyDictionary<string, string>.Empty;

    /// <summary>Where the shared memory of the container is whose ipc namespace is joined; null: it has its own.</summary>
    public string? SharedMemory { get; init; }

    /// <summary>Addresses that other names have on the container's network, for /etc/hosts.</summary>
    public IReadOnlyList<string> HostEntries { get; init; } = [];

    /// <summary>What this host offers.</summary>
    public required HostFacts Host { get; init; }
}

/// <summary>Ids of a user namespace.</summary>
/// <param name="Users">User ids.</param>
/// <param name="Groups">Group ids.</param>
public sealed record IdMappings(IReadOnlyList<IdMapping> Users, IReadOnlyList<IdMapping> Groups);

/// <summary>What a container's configuration depends on besides the request. Read once per composition; tests give their own.</summary>
public sealed record HostFacts
{
    /// <summary>What this process may hand on.</summary>
    public required CapabilitySet Capabilities { get; init; }

    /// <summary>Whether the v2 tree is the only one: then a container has a cgroup namespace of its own by default, as in docker.</summary>
    public required bool IsPureCgroupV2 { get; init; }

    /// <summary>Whether a limit of memory and swap together can be set.</summary>
    public required bool HasSwapLimit { get; init; }

    /// <summary>Whether AppArmor is on.</summary>
    public required bool HasAppArmor { get; init; }

    /// <summary>Whether SELinux is on.</summary>
    public required bool HasSelinux { get; init; }

    /// <summary>The host's own name.</summary>
    public required string Hostname { get; init; }

    /// <summary>The host's /etc/resolv.conf.</summary>
    public required string ResolvConf { get; init; }

    /// <summary>The host's /etc/hosts.</summary>
    public required string Hosts { get; init; }

    /// <summary>Finds a user of the host by name or number; null: there is none.</summary>
    public Func<string, HostAccount?> FindAccount { get; init; } = static _ => null;
}

/// <summary>A user of the host.</summary>
/// <param name="Name">The login name.</param>
/// <param name="Uid">User id.</param>
/// <param name="Gid">Group id.</param>
/// <param name="Home">Home directory.</param>
public sealed record HostAccount(string Name, uint Uid, uint Gid, string Home);

/// <summary>A composed container.</summary>
/// <param name="Config">The bundle's config.json.</param>
/// <param name="Files">What must stand in the bundle's directory before the start.</param>
/// <param name="Warnings">What was asked and could not be kept, for people.</param>
public sealed record ComposedContainer(RuntimeConfig Config, IReadOnlyList<BundleFile> Files, IReadOnlyList<string> Warnings)
{
    /// <summary>Name or number of the signal that <c>stop</c> sends.</summary>
    public required string StopSignal { get; init; }

    /// <summary>Program and arguments as they will be run.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>How its health is tested; null: it is not.</summary>
    public HealthPlan? Health { get; init; }
}

/// <summary>A file in the bundle's directory.</summary>
/// <param name="Name">hosts, hostname, resolv.conf, passwd or group.</param>
/// <param name="Content">What is in it.</param>
public sealed record BundleFile(string Name, string Content);
