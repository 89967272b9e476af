using Inro.Linux.Files;
using Inro.Runtime.Hooks;
using Inro.Runtime.Resources;
using Inro.Runtime.State;
using Inro.Runtime.Systemd;

namespace Inro.Runtime;

/// <summary>A container of which no process is left; its cgroups and its state are still there. See <see cref="ContainerRuntime.End"/>.</summary>
public sealed class ContainerEnding : IDisposable
{
    private readonly DirFd _directory;
    private readonly FileLock _held;
    private readonly ContainerState? _state;
    private readonly CgroupSet? _cgroups;
    private readonly TimeSpan _limit;
    private readonly Action _remove;

    internal ContainerEnding(DirFd directory, FileLock held, ContainerState? state, CgroupSet? cgroups, TimeSpan limit, Action remove)
    {
        _directory = directory;
        _held = held;
        _state = state;
        _cgroups = cgroups;
        _limit = limit;
        _remove = remove;
    }

    /// <summary>Reads a file of its cgroup in the tree that governs <paramref name="controller"/>; null where there is none.</summary>
    public string? Read(string controller, string file) => _cgroups?.Read(controller, file);

    /// <summary>Removes its cgroups and its state, and runs what it wanted run then.</summary>
    /// <param name="warn">Gets what hooks said.</param>
    /// <exception cref="ResourceException">A cgroup stays.</exception>
    public void GiveBack(Action<string>? warn = null)
    {
        if (_state?.Unit is { } unit) { Stop(unit, _state.Cgroups); }

        if (_cgroups is { Locations.Count: > 0 }) { _cgroups.Remove(_limit); }

        if (_state is not null) { ResourceDirector.Host.Remove(_state.ResourceGroups); }

        _remove();
        if (_state is { Hooks.Poststop.Count: > 0 })
        {
            ContainerState stopped = _state with { Status = ContainerStatus.Stopped, Pid = 0 };
            HookRunner.RunAll("poststop", _state.Hooks.Poststop, StateDocument.ForOthers(stopped), warn);
        }
    }

    private void Stop(CgroupUnit unit, IReadOnlyList<CgroupLocation> cgroups)
    {
        try
        {
            using var driver = new UnitDriver(unit, cgroups is [{ IsUnified: true }]);
            driver.Stop();
        }
        catch (RuntimeException) when (_cgroups is not { Locations.Count: > 0 }) { return; } // a systemd that is gone has taken its units along
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _cgroups?.Dispose();
        _held.Dispose();
        _directory.Dispose();
    }
}
