using Inro.Linux.Files;
using Inro.Runtime.Resources;
using Inro.Runtime.State;

namespace Inro.Runtime;

public sealed partial class ContainerRuntime
{
    /// <summary>How long all processes of a container may take to stand still.</summary>
    private static readonly TimeSpan _freezeLimit = TimeSpan.FromSeconds(10);

    /// <summary>Lets every process of a running or created container stand still where it is, and returns when all do.</summary>
    /// <exception cref="RuntimeException">There is no such container, or it does not run.</exception>
    /// <exception cref="ResourceException">It has no cgroup that can be frozen, or some process did not stop; then all run on.</exception>
    public void Pause(string id)
    {
        using DirFd directory = _store.Open(id);
        using FileLock held = StateStore.Lock(directory);
        ContainerState state = StateStore.Read(directory, id, lookForPause: true);
        if (state.Status is not (ContainerStatus.Running or ContainerStatus.Created)) { throw new RuntimeException(RuntimeError.WrongState, $"container not running: {id}"); }

        using CgroupSet freezer = CgroupSet.OpenFreezer(state.Cgroups);
        freezer.Freeze(_freezeLimit);
    }

    /// <summary>Lets the processes of a paused container run on.</summary>
    /// <exception cref="RuntimeException">There is no such container, or it is not paused.</exception>
    public void Resume(string id)
    {
        using DirFd directory = _store.Open(id);
        using FileLock held = StateStore.Lock(directory);
        ContainerState state = StateStore.Read(directory, id, lookForPause: true);
        if (state.Status is not ContainerStatus.Paused) { throw new RuntimeException(RuntimeError.WrongState, $"container not paused: {id}"); }

        using CgroupSet freezer = CgroupSet.OpenFreezer(state.Cgroups);
        freezer.Thaw();
    }

    /// <summary>The processes of a container, as this process counts them; none when it has ended.</summary>
    /// <exception cref="RuntimeException">There is no such container.</exception>
    public IReadOnlyList<int> Processes(string id)
    {
        ContainerState state = State(id);
        if (state.Cgroups.Count == 0) { return state.Status is ContainerStatus.Stopped || state.Pid <= 0 ? [] : [state.Pid]; }

        using CgroupSet cgroups = CgroupSet.Open(state.Cgroups);
        return cgroups.Processes();
    }
}
