using Inro.Runtime.Exec;
using Inro.Runtime.Launch;
using Inro.Runtime.Resources;
using Microsoft.Win32.SafeHandles;

namespace Inro.Runtime.Steps;

/// <summary>What the host has made for a launch, and how it answers.</summary>
internal sealed record LaunchParts
{
    /// <summary>Where the container's cgroups are, or will be.</summary>
    public required CgroupPlan Cgroups { get; init; }

    /// <summary>cgroup.procs to join through, none where no tree is delegated; null when a launch is only explained.</summary>
    public IReadOnlyList<CgroupProcesses>? Processes { get; init; }

    /// <summary>Has systemd make the container's unit around the process that waits; null where the cgroups are there already.</summary>
    public Action<SyncExchange>? EnterUnit { get; init; }

    /// <summary>The v2 cgroup to clone into.</summary>
    public SafeFileHandle? Unified { get; init; }

    /// <summary>The user namespace that was made beforehand.</summary>
    public SafeFileHandle? UserNamespace { get; init; }

    /// <summary>The user namespaces of mounts that have mappings of their own; null when a launch is only explained.</summary>
    public MountNamespaces? MountNamespaces { get; init; }

    /// <summary>The compiled filter.</summary>
    public SeccompFilter? Filter { get; init; }

    /// <summary>Gets the notification descriptor of a filter that has one, where the program starts at once.</summary>
    public Action<SyncExchange>? Listener { get; init; }

    /// <summary>The listening gate; null where the program starts at once.</summary>
    public SafeFileHandle? Gate { get; init; }

    /// <summary>Answers when the process is ready but for its gate.</summary>
    public required Action<SyncExchange, ProgramSearch> Ready { get; init; }

    /// <summary>Answers before pivot_root; null where nothing is to be done.</summary>
    public Action<SyncExchange>? BeforePivot { get; init; }

    /// <summary>The state for hooks in the container, by the process's pid.</summary>
    public required Func<int, ReadOnlyMemory<byte>> HookState { get; init; }

    /// <summary>What takes back the host's part.</summary>
    public IReadOnlyList<(string What, Action Undo)> Undo { get; init; } = [];
}
