using Inro.Engine.Logs;
using Inro.Spec;

namespace Inro.Engine.Shim;

/// <summary>What a shim needs besides the container's OCI config.json. Written as <c>shim.json</c> beside it.</summary>
/// <remarks>A shim can be older or newer than the program that wrote the file: unknown fields are ignored, new ones have defaults.</remarks>
public sealed record ShimConfig
{
    /// <summary>Name of the file in the container's directory.</summary>
    public const string FileName = "shim.json";

    /// <summary>The container's id: 64 hex digits.</summary>
    public required string Id { get; init; }

    /// <summary>The container's directory: holds config.json (the bundle), shim.json and, by default, the log.</summary>
    public required string Bundle { get; init; }

    /// <summary>Directory of what exists now: shim.sock, status.json, FIFOs. Made by the shim (mode 0700) if missing.</summary>
    public required string RunDirectory { get; init; }

    /// <summary>State directory handed to the runtime, shared by all containers of the instance.</summary>
    public required string StateDirectory { get; init; }

    /// <summary>Directory of compiled system call filters, shared by all instances of this user.</summary>
    public required string FilterCache { get; init; }

    /// <summary>The container's cgroup, as config.json's <c>linux.cgroupsPath</c> will say it.</summary>
    public string? CgroupsPath { get; init; }

    /// <summary>The cgroup's parent was made for containers of this instance and goes with the last of them.</summary>
    public bool OwnsCgroupParent { get; init; }

    /// <summary>Another OCI runtime's program, an absolute path; null: our own makes the container.</summary>
    public string? Runtime { get; init; }

    /// <summary>The root file system to mount; null: config.json's <c>root.path</c> is used as it is.</summary>
    public SnapshotMount? Rootfs { get; init; }

    /// <summary>Directory of images that a checkpoint wrote: the process is restored from it. Null: it is started.</summary>
    public string? RestoredFrom { get; init; }

    /// <summary>The process has a terminal.</summary>
    public bool Terminal { get; init; }

    /// <summary>Standard input stays open (<c>-i</c>); otherwise it is /dev/null.</summary>
    public bool StdinOpen { get; init; }

    /// <summary>Standard input ends for good when the first client that gave input leaves (docker's StdinOnce).</summary>
    public bool StdinOnce { get; init; }

    /// <summary>The log.</summary>
    public required LogSettings Log { get; init; }

    /// <summary>Program and arguments that record the end where no client does; the first is an absolute path.</summary>
    public IReadOnlyList<string> ExitedCommand { get; init; } = [];

    /// <summary>Where clients wait for the start, see <see cref="AttachTicket"/>; null: nobody does.</summary>
    public string? AttachDirectory { get; init; }

    /// <summary>Where the ends of execs are written that have a session there; null: nowhere.</summary>
    public string? ExecDirectory { get; init; }

    /// <summary>The container is killed when it has run for so many seconds; null: it may run on.</summary>
    public int? RunSeconds { get; init; }

    /// <summary>Absolute path of a file that has the container's pid while it runs; null: none.</summary>
    public string? PidFile { get; init; }

    /// <summary>The same for the shim's own pid.</summary>
    public string? ShimPidFile { get; init; }

    /// <summary>Cgroup of the shim, relative to each hierarchy's root; null: it stays in its starter's.</summary>
    public string? ShimCgroup { get; init; }
}
