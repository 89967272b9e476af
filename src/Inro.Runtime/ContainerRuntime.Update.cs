using System.Globalization;
using Inro.Linux.Files;
using Inro.Linux.Processes;
using Inro.Runtime.Resources;
using Inro.Runtime.State;
using Inro.Runtime.Systemd;
using Inro.Spec.Runtime;

namespace Inro.Runtime;

public sealed partial class ContainerRuntime
{
    /// <summary>Changes the limits of a running or created container; what is not given stays. Device rules are not touched.</summary>
    /// <exception cref="RuntimeException">There is no such container, it does not run, or it has no cgroups.</exception>
    /// <exception cref="ResourceException">A limit cannot be had; those that were written before stay.</exception>
    public void Update(string id, LinuxResources resources)
    {
        using DirFd directory = _store.Open(id);
        using FileLock held = StateStore.Lock(directory);
        ContainerState state = StateStore.Read(directory, id, lookForPause: false);
        if (state.Status is not (ContainerStatus.Running or ContainerStatus.Created)) { throw new RuntimeException(RuntimeError.WrongState, $"container not running: {id}"); }

        if (state.Cgroups.Count == 0) { throw new RuntimeException(RuntimeError.WrongState, $"container {id} was made without cgroups: it has no limits to change"); }

        using CgroupSet cgroups = CgroupSet.Open(state.Cgroups);
        LinuxResources whole = resources with { Cpu = WithTime(resources.Cpu, cgroups.Read("cpu", "cpu.max")) };
        if (state.Unit is { } unit)
        {
            cgroups.CheckBeforeUpdate(whole); // systemd does not look
            using var driver = new UnitDriver(unit, state.Cgroups is [{ IsUnified: true }]);
            driver.Update(whole);
        }

        cgroups.Update(whole);
    }

    /// <summary>Changes a running container's shares of caches and memory bandwidth; one that has no group of its own gets it.</summary>
    /// <exception cref="RuntimeException">There is no such container, it does not run, this host has no resctrl, or the group is somebody else's and has other shares.</exception>
    public void Update(string id, IntelRdtConfig shares)
    {
        using DirFd directory = _store.Open(id);
        using FileLock held = StateStore.Lock(directory);
        ContainerState state = StateStore.Read(directory, id, lookForPause: false);
        if (state.Status is not (ContainerStatus.Running or ContainerStatus.Created)) { throw new RuntimeException(RuntimeError.WrongState, $"container not running: {id}"); }

        IntelRdtConfig? configured = ReadBundle(state.Bundle).Linux?.IntelRdt;
        IntelRdtConfig wanted = (configured ?? new IntelRdtConfig()) with { L3CacheSchema = shares.L3CacheSchema, MemBwSchema = shares.MemBwSchema, Schemata = [] };
        ResourceDirector.Check(wanted);
        StateStore.Write(directory, state with { ResourceGroups = ResourceDirector.Groups(wanted, id) }); // before there is something to remove
        ResourceDirector.Host.Apply(wanted, id, state.Pid);
    }

    /// <summary>Watches a container until it ends.</summary>
    /// <exception cref="RuntimeException">There is no such container, or it does not run.</exception>
    public ContainerWatch Watch(string id)
    {
        ContainerState state = State(id);
        PidFd process = OpenProcess(state) ?? throw new RuntimeException(RuntimeError.WrongState, $"container with id {id} is not running");
        return new ContainerWatch(id, process, CgroupSet.Open(state.Cgroups));
    }

    // v2 has quota and period in one file: what is not given is what holds now.
    internal static CpuResources? WithTime(CpuResources? cpu, string? inForce)
    {
        if (cpu is null || inForce?.Split(' ') is not [var quota, var period]) { return cpu; }

        bool hasQuota = cpu.Quota is not (null or 0), hasPeriod = cpu.Period is not (null or 0);
        if (hasQuota == hasPeriod) { return cpu; }

        return hasQuota
            ? cpu with { Period = ulong.Parse(period, CultureInfo.InvariantCulture) }
            : cpu with { Quota = quota == "max" ? -1 : long.Parse(quota, CultureInfo.InvariantCulture) };
    }
}
