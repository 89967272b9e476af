using Inro.Linux.Mounts;
using Inro.Linux.Namespaces;
using Inro.Runtime.Launch;
using Inro.Runtime.Rootfs;
using Inro.Spec.Runtime;

namespace Inro.Runtime.Steps;

/// <summary>What the steps of one launch tell each other while they emit.</summary>
internal sealed class LaunchContext
{
    public required LaunchRequest Request { get; init; }

    public required NamespacePlan Namespaces { get; init; }

    /// <summary>Whether we are root and may mount with the host's credentials before the clone.</summary>
    public required bool IsPrivileged { get; init; }

    /// <summary>Whether the runtime itself is in a user namespace, where nobody makes device nodes.</summary>
    public required bool IsNested { get; init; }

    public RuntimeConfig Config => Request.Config;

    public KernelFeatures Kernel => Request.Kernel;

    public LinuxConfig Linux => Request.Config.Linux ?? EmptyLinux;

    /// <summary>The container's first process; callers have checked that it is there.</summary>
    public ProcessConfig Process => Request.Config.Process ?? throw RuntimeException.Invalid("process", "is required");

    /// <summary>Whether there is a root to build: false when a mount namespace is joined.</summary>
    public bool BuildsRoot => Namespaces.Create.HasFlag(NamespaceFlags.Mount);

    /// <summary>Whether the process gets a user namespace, new or joined.</summary>
    public bool HasUserNamespace => (Namespaces.Create | Namespaces.JoinedKinds).HasFlag(NamespaceFlags.User);

    /// <summary>The container's user namespace where it was made beforehand, for idmapped mounts; the process joins it.</summary>
    public Slot? UserNamespace { get; set; }

    /// <summary>The user namespaces of mounts that have mappings of their own, by the mounts' positions.</summary>
    public Dictionary<int, Slot> MountNamespaces { get; } = [];

    /// <summary>The root of the container; set by the root step.</summary>
    public Slot Root { get; set; }

    /// <summary>Attributes of the root's mount, as far as <see cref="MountAttributeCalls"/> needs to know them.</summary>
    public MountAttributes RootAttributes { get; set; }

    /// <summary>Whether "/" and "/proc" mean the container's; set by the pivot step.</summary>
    public bool HasPivoted { get; set; }

    /// <summary>Pseudo terminal, set by the terminal step.</summary>
    public Slot? TerminalMaster { get; set; }

    /// <summary>Pseudo terminal, set by the terminal step.</summary>
    public Slot? TerminalSlave { get; set; }

    /// <summary>Mounts in the order in which they are attached.</summary>
    public List<PlacedMount> Placed { get; } = [];

    private static readonly LinuxConfig EmptyLinux = new();

    /// <summary>The mount that a path lies on, as far as the configuration tells; null for the root itself.</summary>
    public PlacedMount? MountUnder(string path)
    {
        PlacedMount? found = null;
        foreach (PlacedMount mount in Placed)
        {
            if (ContainerPath.IsAtOrBelow(path, mount.Path) && (found is null || mount.Path.Length >= found.Path.Length)) { found = mount; }
        }

        return found;
    }
}

/// <summary>A mount that an earlier step attaches.</summary>
/// <param name="Path">Where, absolute.</param>
/// <param name="Mount">Its descriptor.</param>
/// <param name="Type">File system type, or "bind".</param>
/// <param name="IsFresh">Whether it is an empty file system of our own, in which only we have made names.</param>
/// <param name="Attributes">What it has, as far as <see cref="MountAttributeCalls"/> needs to know.</param>
internal sealed record PlacedMount(string Path, Slot Mount, string Type, bool IsFresh, MountAttributes Attributes);
