using Inro.Engine.Shim;
using Inro.Engine.Statistics;
using Inro.Linux.Files;
using Inro.Linux.Terminals;

namespace Inro.Engine.Containers;

/// <summary>What runs for a container: its shim and everything in its cgroup. The only way of <see cref="ContainerService"/> to processes.</summary>
/// <remarks>Two implementations: that of shims, and the one of the tests that crash the service at every step.</remarks>
internal interface IContainerProcesses
{
    /// <summary>Step 6 of a run: a shim that waits to be told to go on.</summary>
    /// <param name="containerDirectory">Where shim.json will stand then, and config.json at the start.</param>
    /// <exception cref="ShimException">It cannot be started; nothing is left.</exception>
    IWaitingShim StartShim(string containerDirectory);

    /// <summary>True while a shim watches the container.</summary>
    bool IsWatched(string runDirectory);

    /// <summary>What the last shim wrote, or null.</summary>
    ShimStatus? ReadStatus(string runDirectory);

    /// <summary>Starts a new shim for a container whose shim was killed.</summary>
    /// <param name="containerDirectory">Where its config.json and shim.json stand.</param>
    /// <param name="held">The container's lock, which the shim holds, too, until it has answered.</param>
    void Adopt(string containerDirectory, FileLock held);

    /// <summary>Lets the program of a held container begin; null where no shim watches.</summary>
    /// <param name="runDirectory">The container's.</param>
    /// <param name="attach">Attach from before the first byte of output; null: start only.</param>
    /// <param name="size">Size of the terminal, or null.</param>
    /// <exception cref="ShimException">It does not begin; its process ends.</exception>
    StartedContainer? LetGo(string runDirectory, AttachRequest? attach, WindowSize? size);

    /// <summary>Signals the container's first process; false where no shim watches, or it says nothing.</summary>
    bool Signal(string runDirectory, int signal);

    /// <summary>Ends a shim that is there and says nothing: it stands still, or waits for a file system. Any other is left alone.</summary>
    void EndSilentShim(string runDirectory);

    /// <summary>Waits for the end; null: the time ran out, or no shim watches.</summary>
    ExitRecord? WaitForExit(string runDirectory, TimeSpan? timeout);

    /// <summary>True while a process is in the cgroup or beneath it.</summary>
    bool HasProcesses(string cgroupPath);

    /// <summary>Pids of all processes in the cgroup and beneath it, as this host numbers them.</summary>
    IReadOnlyList<int> ListProcesses(string cgroupPath);

    /// <summary>What the processes in the cgroup have used; null: there is no cgroup.</summary>
    /// <param name="cgroupPath">As in the row.</param>
    /// <param name="pid">A process in the container's own network, or 0.</param>
    /// <param name="now">Nanoseconds since 1970 UTC.</param>
    ResourceUsage? ReadUsage(string cgroupPath, int pid, long now);

    /// <summary>Writes other limits into the cgroup of a container that another runtime has made.</summary>
    void Limit(string cgroupPath, Spec.Runtime.LinuxResources resources);

    /// <summary>Lets all processes in the cgroup stand still, and waits until they do, or lets them run on.</summary>
    /// <exception cref="EngineException">PreconditionFailed: it cannot be frozen.</exception>
    void SetFrozen(string cgroupPath, bool isFrozen);

    /// <summary>True while the processes in the cgroup stand still.</summary>
    bool IsFrozen(string cgroupPath);

    /// <summary>True while the first process that a shim wrote down is there: an ordinary user's container may have no cgroup.</summary>
    bool IsAlive(ShimStatus status);

    /// <summary>True where a signal would do nothing to that first process: it ignores it, or is the first of its pid namespace and has no handler, which is the same.</summary>
    bool IsDeaf(ShimStatus status, int signal);

    /// <summary>Kills that first process, and with it its pid namespace, and waits until it has ended.</summary>
    void KillFirst(ShimStatus status);

    /// <summary>Starts the process that waits, and then starts a container again by its policy; nobody waits for it.</summary>
    /// <param name="root">The instance's directory.</param>
    /// <param name="id">Full id.</param>
    void StartRestarter(string root, string id);

    /// <summary>Kills everything in a container's cgroup and removes it, and the instance's own one above it when it is empty; nothing to do where there is none.</summary>
    void DestroyCgroup(ContainerRecord container);
}

/// <summary>A shim that waits for its container. Disposed before the container runs, it takes back what it has prepared, and is gone when that returns.</summary>
internal interface IWaitingShim : IDisposable
{
    /// <summary>Lets it make what any start of the container needs, beside its caller.</summary>
    /// <param name="held">The container's lock, which the shim holds, too, until it has answered.</param>
    /// <exception cref="ShimException">It is gone.</exception>
    void Prepare(FileLock held);

    /// <summary>Lets it start the container; returns when the process runs.</summary>
    /// <param name="attach">Attach from before the first byte of output; null: start only.</param>
    /// <param name="size">Size of the container's terminal from its first moment; null: the kernel's 0×0.</param>
    /// <param name="holds">The program waits until <see cref="IContainerProcesses.LetGo"/>.</param>
    /// <exception cref="ShimException">Not started; nothing is left.</exception>
    StartedContainer StartContainer(AttachRequest? attach, WindowSize? size, bool holds);
}

/// <summary>A container whose process runs.</summary>
/// <param name="Started">The shim's word.</param>
/// <param name="Connection">To its shim, with the streams that were asked for; the caller disposes it.</param>
public sealed record StartedContainer(StartedRecord Started, ShimClient? Connection)
{
    /// <summary>What was asked and could not be kept, for people.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}
