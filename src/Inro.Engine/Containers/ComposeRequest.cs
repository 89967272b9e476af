using Inro.Engine.Volumes;
using Inro.Spec;
using Inro.Spec.Image;

namespace Inro.Engine.Containers;

/// <summary>All that the OCI configuration of a container is made from, right before it starts.</summary>
public sealed record ComposeRequest
{
    /// <summary>64 hex digits.</summary>
    public required string Id { get; init; }

    /// <summary>What was asked.</summary>
    public required ContainerConfig Config { get; init; }

    /// <summary>What the image says.</summary>
    public required ContainerDefaults Image { get; init; }

    /// <summary>Entry point and arguments, the image's and the user's already put together; never empty.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>Binds, volumes and tmpfs, every name resolved. The files of <see cref="Bundle"/> are not among them.</summary>
    public required IReadOnlyList<ResolvedMount> Mounts { get; init; }

    /// <summary>The root file system, not mounted yet: users and groups are looked up in its layers. <c>Upper</c> may hold an earlier run's changes.</summary>
    public required SnapshotMount Rootfs { get; init; }

    /// <summary>Absolute path of the bundle; it holds <c>hosts</c>, <c>hostname</c> and <c>resolv.conf</c>, to be mounted at their places in /etc.</summary>
    public required string Bundle { get; init; }

    /// <summary>The host name: asked for, or the first digits of the id, or the host's with <c>--network host</c>.</summary>
    public required string Hostname { get; init; }

    /// <summary><c>none</c> or <c>host</c>.</summary>
    public required string Network { get; init; }

    /// <summary>Value of <c>linux.cgroupsPath</c>: from the hierarchies' root, <c>/inro/ID</c>.</summary>
    public required string CgroupPath { get; init; }

    /// <summary>True when the program runs as root.</summary>
    public required bool IsRootful { get; init; }
}
