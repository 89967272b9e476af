using Inro.Linux;
using Inro.Linux.Cgroups;
using Inro.Linux.Files;
using Inro.Linux.Namespaces;
using Inro.Linux.Processes;
using Inro.Linux.Sockets;
using Inro.Runtime.Launch;
using Inro.Runtime.Resources;
using Inro.Runtime.State;
using Inro.Runtime.Steps;
using Inro.Runtime.Systemd;
using Inro.Spec.Runtime;
using Microsoft.Win32.SafeHandles;

namespace Inro.Runtime;

public sealed partial class ContainerRuntime
{
    /// <summary>Fewest tasks with which a launch gets by: a lower limit is set when it is through.</summary>
    private const long FewestTasks = 2;

    /// <summary>Takes the id and makes the cgroups, before it is known what will run in them.</summary>
    /// <exception cref="RuntimeException">The id is taken, or is none.</exception>
    /// <exception cref="ResourceException">A cgroup cannot be made; nothing is left.</exception>
    public ContainerPlace Prepare(PlaceRequest request)
    {
        ContainerId.Check(request.Id);
        CgroupLayout layout = CgroupLayout.Read();
        return MakePlace(request, layout, Plan(layout, request, resources: null));
    }

    private ContainerPlace MakePlace(PlaceRequest request, CgroupLayout layout, CgroupPlan plan)
    {
        RefuseUsedUnit(plan);
        DirFd directory = _store.Make(request.Id);
        FileLock? held = null;
        try
        {
            held = StateStore.Lock(directory);

            // Intent first: with the cgroup's place on disk, a kill at any later moment leaves nothing that cannot be found.
            StateStore.Write(directory, Intent(request, plan));
            var cgroups = new CgroupMaker(plan.Locations, plan.LeaveUndelegated, plan.OwnsParent);
            UnitDriver? unit = plan.Unit is null ? null : new UnitDriver(plan.Unit, layout.IsPureUnified);
            if (unit is null) { cgroups.MakeDirectories(); } // systemd makes them around a process, which there is not yet
            return new ContainerPlace(directory, held, layout, cgroups, unit, () => Remove(request.Id, plan, unit));
        }
        catch
        {
            held?.Dispose();
            directory.Dispose();
            RemoveQuietly(request.Id);
            throw;
        }
    }

    /// <summary>Makes a container; its process waits at the gate, or runs (<see cref="LaunchRequest.StartNow"/>).</summary>
    /// <returns>A child of this process.</returns>
    /// <exception cref="RuntimeException">The configuration is wrong, the id is taken, or the program cannot be executed.</exception>
    /// <exception cref="ResourceException">A limit cannot be had.</exception>
    /// <exception cref="LaunchException">An operation failed; nothing is left behind.</exception>
    public LaunchedContainer Create(LaunchRequest request)
    {
        ContainerPlace? place = request.Place;
        Making? making = null;
        try
        {
            CgroupLayout layout = place?.Layout ?? CgroupLayout.Read();
            CgroupPlan plan = Plan(layout, request, out PidsResources? lateTasks);
            DeadValues.Tell(request.Config.Linux?.Resources?.Memory, layout.IsPureUnified, request.Warn);
            SeccompFilter? filter = _filters.For(request.Config);
            making = new Making(request, plan, lateTasks);
            if (place is null)
            {
                _ = new LaunchCompiler(request, making.Parts(filter, null, null)); // refuses a wrong configuration before anything is made
                place = MakePlace(PlaceOf(request), layout, plan);
                request.StateDirectoryReady?.Invoke(_store.DirectoryPath(request.Id));
            }

            LaunchedContainer made = Create(making, filter, place);
            place.Dispose();
            return made;
        }
        catch (Exception)
        {
            making?.Console?.Dispose();
            GiveBackQuietly(place);
            throw;
        }
    }

    /// <summary>Compiles a container's launch without doing anything, for explanation. The caller disposes the program.</summary>
    /// <exception cref="RuntimeException">The configuration is wrong.</exception>
    public LaunchProgram Compile(LaunchRequest request)
    {
        CgroupPlan plan = Plan(CgroupLayout.Read(), request, out PidsResources? lateTasks);
        SeccompFilter? filter = _filters.For(request.Config);
        return new LaunchCompiler(request, new Making(request, plan, lateTasks).Parts(filter, null, null)).Compile();
    }

    private LaunchedContainer Create(Making making, SeccompFilter? filter, ContainerPlace place)
    {
        LaunchRequest request = making.Request;
        making.Place = place;
        using CgroupSet? cgroups = place.Unit is null ? place.Cgroups.Limit(making.Plan) : null; // systemd makes them around a process
        making.Cgroups = cgroups;
        LinuxConfig? linux = request.Config.Linux;
        using SafeFileHandle? userNamespace = linux is not null && LaunchCompiler.NeedsMadeUserNamespace(request)
            ? IdMapNamespace.Create(_runner, linux.UidMappings, linux.GidMappings)
            : null;
        making.UserNamespace = userNamespace;
        using MountNamespaces mountNamespaces = MountIdMaps.Make(_runner, request.Config.Mounts);
        making.MountNamespaces = mountNamespaces;
        IReadOnlyList<CgroupProcesses> processes = cgroups?.OpenProcesses(withUnified: making.MovesIntoUnified) ?? [];
        try
        {
            using SeqPacketSocket? gate = request.StartNow ? null : SeqPacketSocket.Listen(_store.GatePath(request.Id), backlog: 1);
            using LaunchProgram program = new LaunchCompiler(request, making.Parts(filter, processes, gate)).Compile();
            LaunchedProcess process = RunFirst(program, making);
            ContainerState state = making.State with
            {
                SeccompAgent = AgentOf(linux, filter),
                Status = ContainerStatus.Created, Pid = process.Pid, StartTime = process.StartTime, Gate = program.BehindGate(),
            };
            Keep(place.Directory, state, process);
            if (request.StartNow) { RunPoststart(state with { Status = ContainerStatus.Running }, request.Warn); }

            return new LaunchedContainer
            {
                Pid = process.Pid, Process = process.Detach(), StartTime = process.StartTime, BootId = state.BootId, Console = making.Console,
            };
        }
        finally
        {
            making.Cgroups?.Dispose();
            foreach (CgroupProcesses tree in processes) { tree.File.Dispose(); }
        }
    }

    /// <summary>Writes down who the process is; one that nobody could find again is ended.</summary>
    private static void Keep(DirFd directory, ContainerState state, LaunchedProcess process)
    {
        try { StateStore.Write(directory, state); }
        catch
        {
            process.End();
            throw;
        }
    }

    private LaunchedProcess RunFirst(LaunchProgram program, Making making)
    {
        try
        {
            return Run(program, new LaunchOptions { Stdio = making.Request.Stdio, Fault = making.Request.Fault });
        }
        catch (LaunchException e) when (making.RanOutOfMemory)
        {
            throw new RuntimeException(RuntimeError.Failed, $"the memory limit is too low to start in: {e.Message}", "raise linux.resources.memory.limit", e);
        }
    }

    private LaunchedProcess Run(LaunchProgram program, LaunchOptions options)
    {
        try
        {
            return _runner.Run(program, options)
                ?? throw new InvalidOperationException("a container's program ended without a process");
        }
        catch (LaunchException e) when (e.InnerException is RuntimeException cause)
        {
            throw new RuntimeException(cause.Error, cause.Message, cause.Remedy, e);
        }
        catch (LaunchException e) when (e.InnerException is ResourceException cause)
        {
            throw new ResourceException(cause.Message, cause.Remedy, e);
        }
    }

    private static CgroupPlan Plan(CgroupLayout layout, LaunchRequest request, out PidsResources? lateTasks)
    {
        lateTasks = null;
        LinuxResources? resources = request.Config.Linux?.Resources;
        if (resources?.Pids is { Limit: >= 0 and < FewestTasks } pids)
        {
            lateTasks = pids;
            resources = resources with { Pids = null };
        }

        if (request.WithoutCgroups && HasLimits(resources)) { request.Warn?.Invoke("linux.resources is not applied: cgroups are disabled"); }

        ContainerId.Check(request.Id);
        CgroupPlan plan = Plan(layout, PlaceOf(request), resources);
        return plan with
        {
            Owner = EffectiveIds.User == 0 ? CgroupOwner.Of(request.Config) : null,
            PacketMarks = plan.PacketMarks is null ? null : PacketMarks.Effective(plan.PacketMarks, HasOwnNetwork(request.Config), request.Warn),
        };
    }

    private static bool HasOwnNetwork(RuntimeConfig config)
    {
        foreach (NamespaceConfig one in config.Linux?.Namespaces ?? [])
        {
            if (one.Type == "network") { return true; }
        }

        return false;
    }

    private static bool HasLimits(LinuxResources? r) => r is not null && (r.Memory is not null || r.Cpu is not null || r.Pids is not null || r.BlockIo is not null
        || r.Network is not null || r.HugepageLimits.Count > 0 || r.Rdma.Count > 0 || r.Unified.Count > 0);

    private static CgroupPlan Plan(CgroupLayout layout, PlaceRequest place, LinuxResources? resources)
    {
        if (place.WithoutCgroups) { return new CgroupPlan { Locations = [], Writes = [] }; }

        (CgroupUnit? unit, string? path) = place.SystemdCgroups ? UnitDriver.Place(layout, place.CgroupsPath, place.Id) : (null, place.CgroupsPath);
        CgroupPlan plan = CgroupPlan.Make(
            layout, path, place.DefaultCgroupsPath ?? place.Id, resources,
            rootless: place.LeavesUndelegatedCgroups ?? (EffectiveIds.User != 0 || !UserNamespace.IsInitial));
        return plan with { OwnsParent = place.OwnsCgroupParent, Unit = unit };
    }

    private static PlaceRequest PlaceOf(LaunchRequest request) => new()
    {
        Id = request.Id,
        Bundle = request.Bundle,
        CgroupsPath = request.Config.Linux?.CgroupsPath,
        DefaultCgroupsPath = request.DefaultCgroupsPath,
        OwnsCgroupParent = request.OwnsCgroupParent,
        ResourceGroups = ResourceDirector.Groups(request.Config.Linux?.IntelRdt, request.Id),
        WithoutCgroups = request.WithoutCgroups,
        SystemdCgroups = request.SystemdCgroups,
        LeavesUndelegatedCgroups = request.LeavesUndelegatedCgroups,
        OciVersion = request.Config.OciVersion,
        Annotations = request.Config.Annotations,
    };

    private static ContainerState Intent(PlaceRequest request, CgroupPlan plan) => new()
    {
        Id = request.Id,
        OciVersion = request.OciVersion,
        Status = ContainerStatus.Creating,
        Bundle = request.Bundle,
        BootId = Inro.Linux.Processes.BootId.Read(),
        Created = TimeProvider.System.GetUtcNow(),
        Owner = EffectiveIds.User,
        Cgroups = plan.Locations,
        Unit = plan.Unit,
        OwnsCgroupParent = plan.OwnsParent,
        ResourceGroups = request.ResourceGroups,
        Annotations = request.Annotations,
    };

    private void Remove(string id, CgroupPlan plan, UnitDriver? unit)
    {
        RemoveCgroups(plan, unit);
        RemoveQuietly(id);
    }

    // Before its state says that the unit is this container's: whoever deletes the container ends the unit.
    private static void RefuseUsedUnit(CgroupPlan plan)
    {
        if (plan.Unit is not { } unit) { return; }

        using CgroupSet there = CgroupSet.Open(plan.Locations);
        if (there.Processes().Count > 0)
        {
            throw new ResourceException($"the unit {unit.Name} exists, and processes run in it", remedy: "give the container a linux.cgroupsPath of its own, or end the unit with systemctl stop");
        }
    }

    private static void RemoveCgroups(CgroupPlan plan, UnitDriver? unit)
    {
        if (unit is not null && !unit.TakeBack()) { return; } // nothing was made

        using CgroupSet made = CgroupSet.Open(plan.Locations, plan.OwnsParent);
        if (made.Locations.Count > 0) { made.Remove(_endLimit); }
    }

    private static void GiveBackQuietly(ContainerPlace? place)
    {
        try { place?.GiveBack(); }
        catch (Exception failure) when (failure is ResourceException or IOException) { return; } // the failure that led here says more, and the state still names the cgroups
    }

    private void RemoveQuietly(string id)
    {
        try { _store.Remove(id); }
        catch (LinuxException) { return; } // the failure that led here says more
    }

    /// <summary>The same descriptor as the type that a launch inherits; closes nothing.</summary>
    private static SafeFileHandle? Borrow(System.Runtime.InteropServices.SafeHandle? handle) =>
        handle is null ? null : new SafeFileHandle(handle.DangerousGetHandle(), ownsHandle: false);
}
