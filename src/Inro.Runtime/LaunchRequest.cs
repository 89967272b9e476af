using Inro.Runtime.Launch;
using Inro.Spec;
using Inro.Spec.Runtime;
using Microsoft.Win32.SafeHandles;

namespace Inro.Runtime;

/// <summary>A container to make.</summary>
public sealed record LaunchRequest
{
    /// <summary>The container's name in the state directory: <c>[A-Za-z0-9_+.-]</c>, not beginning with a dot.</summary>
    public required string Id { get; init; }

    /// <summary>What to make.</summary>
    public required RuntimeConfig Config { get; init; }

    /// <summary>Absolute path of the bundle; relative paths of the configuration start there, and an exec reads its config.json.</summary>
    public required string Bundle { get; init; }

    /// <summary>The root as a snapshot; null takes the directory that <see cref="RootConfig.Path"/> names.</summary>
    public SnapshotMount? Rootfs { get; init; }

    /// <summary>The root where the caller has mounted it: a mount that is nowhere yet, the caller's to close. Given for every snapshot that no system call mounts.</summary>
    public SafeFileHandle? RootMount { get; init; }

    /// <summary>Descriptors 0, 1 and 2 of the process where it has no terminal; null passes on this process's own.</summary>
    public LaunchStdio Stdio { get; init; } = LaunchStdio.Own;

    /// <summary>Gets the terminal's master when the process has one; called on the launching thread before the program starts.
    /// The descriptor is the receiver's. Null leaves it in <see cref="LaunchedContainer.Console"/>.</summary>
    public Action<SafeFileHandle>? ConsoleReceiver { get; init; }

    /// <summary>True: the program runs when the call returns. False: it waits at its gate for <see cref="ContainerRuntime.Start"/>.</summary>
    public bool StartNow { get; init; }

    /// <summary>Descriptors that the program gets as 3, 4, ….</summary>
    public IReadOnlyList<SafeFileHandle> PreservedDescriptors { get; init; } = [];

    /// <summary>Cgroup path where the configuration names none; relative ones start at this process's own cgroup. Null means the id.</summary>
    public string? DefaultCgroupsPath { get; init; }

    /// <summary>Whether the parent of the cgroup goes when the last container in it is deleted.</summary>
    public bool OwnsCgroupParent { get; init; }

    /// <summary>Whether no cgroups are made: the process stays in the caller's, and limits are not applied.</summary>
    public bool WithoutCgroups { get; init; }

    /// <summary>Whether systemd makes the cgroup, as that of a unit: the path in the configuration is <c>slice:prefix:name</c> then.</summary>
    public bool SystemdCgroups { get; init; }

    /// <summary>Whether cgroups that are not delegated are left alone, unless a limit needs them; null: for an ordinary user only.</summary>
    public bool? LeavesUndelegatedCgroups { get; init; }

    /// <summary>Called with the path of the container's state directory when it has been made, and before anything runs. Not called for a <see cref="Place"/>.</summary>
    public Action<string>? StateDirectoryReady { get; init; }

    /// <summary>Where it is made, if that was prepared: for the same id, bundle and cgroup path. Taken over, whatever comes of the launch. Null: made now.</summary>
    public ContainerPlace? Place { get; init; }

    /// <summary>Called when the namespaces exist, with the pid of the process in them (which waits): networks are set up here.</summary>
    public Action<int>? NamespacesReady { get; init; }

    /// <summary>Leaves the old root mounted under the new one by a move and chroot, for hosts that run from an initial ramdisk.</summary>
    public bool NoPivot { get; init; }

    /// <summary>Keeps the caller's session keyring.</summary>
    public bool NoNewKeyring { get; init; }

    /// <summary>Gets what was left out because it was only advice, one line each; null drops it.</summary>
    public Action<string>? Warn { get; init; }

    /// <summary>What the kernel can do; a test gives less to take an older kernel's way.</summary>
    public KernelFeatures Kernel { get; init; } = KernelFeatures.Read();

    /// <summary>A fault to put in; tests only.</summary>
    public LaunchFault? Fault { get; init; }
}
