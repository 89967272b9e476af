using Inro.Linux;
using Inro.Linux.Files;
using Inro.Linux.Processes;
using Inro.Runtime.Hooks;
using Inro.Runtime.Launch;
using Inro.Runtime.Resources;
using Inro.Runtime.State;

namespace Inro.Runtime;

/// <summary>A bundle in, a container out: makes, starts, signals, deletes and describes containers, and runs further processes in them.</summary>
/// <remarks>Holds no state of its own beside the walker's file: any process may ask about any container under the same root.</remarks>
public sealed partial class ContainerRuntime : IDisposable
{
    /// <summary>How long processes that were killed may take to be gone, and cgroups to be removed.</summary>
    private static readonly TimeSpan _endLimit = TimeSpan.FromSeconds(10);

    private const int SignalKill = 9;

    private static readonly TimeSpan _startPatience = TimeSpan.FromMinutes(5);

    private readonly StateStore _store;
    private readonly SeccompFilterCache _filters;
    private readonly LaunchRunner _runner = new();

    /// <param name="stateRoot">Directory with one sub-directory per container: its state, its lock and its gate.</param>
    /// <param name="filterCache">Directory of compiled system call filters.</param>
    public ContainerRuntime(string stateRoot, string filterCache)
    {
        _store = new StateStore(stateRoot);
        _filters = new SeccompFilterCache(filterCache);
    }

    /// <summary>Opens the gate of a created container and waits until its process has become the program.</summary>
    /// <exception cref="RuntimeException">There is no such container, or it is not created.</exception>
    /// <exception cref="LaunchException">It failed behind the gate; the container is stopped then.</exception>
    public void Start(string id, Action<string>? warn = null)
    {
        using DirFd directory = _store.Open(id);
        using FileLock held = StateStore.Lock(directory);
        ContainerState state = StateStore.Read(directory, id, lookForPause: true);
        if (state.Status != ContainerStatus.Created)
        {
            throw new RuntimeException(RuntimeError.WrongState, $"cannot start a container that is {StateDocument.Name(state.Status)}: {id}");
        }

        GateTail tail = state.Gate ?? throw new RuntimeException(RuntimeError.WrongState, $"container {id} has no gate");
        LaunchGate.Open(_store.GatePath(id), state.Pid, state.StartTime, tail, _startPatience,
            state.SeccompAgent is { } agent ? exchange => agent.Send(state, exchange.Pid, exchange.Descriptor(0)) : null);
        RunPoststart(state with { Status = ContainerStatus.Running }, warn);
    }

    /// <summary>Sends a signal to the container's first process, or to all.</summary>
    /// <exception cref="RuntimeException">There is no such container, or it does not run.</exception>
    public void Kill(string id, int signal, bool all = false)
    {
        using DirFd directory = _store.Open(id);
        ContainerState state = StateStore.Read(directory, id, lookForPause: false);
        if (all && state.Cgroups.Count > 0)
        {
            SignalAll(state, signal);
            return;
        }

        using PidFd? process = OpenProcess(state);
        if (process is null || !process.Signal(signal)) { throw new RuntimeException(RuntimeError.WrongState, $"container not running: {id}"); }

        if (signal == SignalKill) { LetDie(state); }
    }

    /// <summary>Gives back everything that a stopped container holds; with <paramref name="force"/> ends it first.</summary>
    /// <remarks>A created container is ended without <paramref name="force"/> too, as other runtimes do.</remarks>
    /// <exception cref="RuntimeException">There is no such container, or it runs.</exception>
    public void Delete(string id, bool force = false, Action<string>? warn = null)
    {
        using ContainerEnding ending = End(id, force);
        ending.GiveBack(warn);
    }

    /// <summary>The first half of <see cref="Delete"/>: ends what is left of a stopped container, with <paramref name="force"/> of any, and keeps the rest for later.</summary>
    /// <exception cref="RuntimeException">There is no such container, it runs, or its process does not end.</exception>
    /// <exception cref="ResourceException">A process in its cgroups does not end.</exception>
    public ContainerEnding End(string id, bool force)
    {
        DirFd directory = _store.Open(id);
        FileLock? held = null;
        CgroupSet? cgroups = null;
        try
        {
            held = StateStore.Lock(directory);
            ContainerState? written = StateStore.ReadFile(directory);
            ContainerState? state = written is null || written.Pid == 0 ? written : StateStore.Read(directory, id, lookForPause: false);
            if (state is { Status: ContainerStatus.Running } && !force)
            {
                throw new RuntimeException(RuntimeError.WrongState, $"cannot delete container {id} that is not stopped: running", "stop it first, or use --force");
            }

            if (state is not null)
            {
                EndProcess(state);
                cgroups = CgroupSet.Open(state.Cgroups, state.OwnsCgroupParent);
                if (cgroups.Locations.Count > 0) { cgroups.KillAll(_endLimit); }
            }

            return new ContainerEnding(directory, held, state, cgroups, _endLimit, () => _store.Remove(id));
        }
        catch
        {
            cgroups?.Dispose();
            held?.Dispose();
            directory.Dispose();
            throw;
        }
    }

    /// <summary>Describes a container as it is now.</summary>
    /// <exception cref="RuntimeException">There is no such container.</exception>
    public ContainerState State(string id)
    {
        using DirFd directory = _store.Open(id);
        return StateStore.Read(directory, id, lookForPause: true);
    }

    /// <summary>The state as the specification's document.</summary>
    /// <exception cref="RuntimeException">There is no such container.</exception>
    public byte[] StateJson(string id) => StateDocument.ForOthers(State(id), indented: true, withExtras: true);

    /// <summary>All containers under the state directory, as they are now; those that vanish meanwhile are left out.</summary>
    public IReadOnlyList<ContainerState> List()
    {
        var states = new List<ContainerState>();
        foreach (string id in _store.List())
        {
            try { states.Add(State(id)); }
            catch (RuntimeException e) when (e.Error == RuntimeError.NotFound) { continue; }
        }

        return states;
    }

    /// <inheritdoc/>
    public void Dispose() => _runner.Dispose();

    /// <summary>The container's first process, if it still lives; never another one that got its pid.</summary>
    private static PidFd? OpenProcess(ContainerState state) =>
        state.Status is ContainerStatus.Stopped || state.Pid <= 0 ? null : PidFd.TryOpen(state.Pid, state.StartTime);

    private static void SignalAll(ContainerState state, int signal)
    {
        using CgroupSet cgroups = CgroupSet.Open(state.Cgroups);
        if (signal == SignalKill)
        {
            cgroups.KillAll(_endLimit);
            return;
        }

        foreach (int pid in cgroups.Processes())
        {
            try
            {
                using PidFd process = PidFd.Open(pid);
                process.Signal(signal);
            }
            catch (LinuxException e) when (e.Errno == Errno.ESRCH) { continue; } // ended meanwhile
        }
    }

    private static void EndProcess(ContainerState state)
    {
        using PidFd? process = OpenProcess(state);
        if (process is null) { return; }

        process.Kill();
        LetDie(state);
        if (!process.WaitForEnd(_endLimit))
        {
            throw new RuntimeException(RuntimeError.Failed, $"process {state.Pid} of container {state.Id} did not end within {_endLimit.TotalSeconds} s of SIGKILL");
        }
    }

    // What v1 froze is killed only when it thaws.
    private static void LetDie(ContainerState state)
    {
        using CgroupSet freezer = CgroupSet.OpenFreezer(state.Cgroups);
        if (freezer.IsFrozen) { freezer.Thaw(); }
    }

    private static void RunPoststart(ContainerState state, Action<string>? warn)
    {
        if (state.Hooks is { Poststart.Count: > 0 } hooks)
        {
            HookRunner.RunAll("poststart", hooks.Poststart, StateDocument.ForOthers(state), warn);
        }
    }
}
