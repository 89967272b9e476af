using Inro.Linux.Cgroups;
using Inro.Linux.Files;
using Inro.Spec.Runtime;
using Microsoft.Win32.SafeHandles;

namespace Inro.Runtime.Resources;

/// <summary>A container's cgroups, one open directory per mounted tree. Nothing outside of them is changed but controllers that a v2 parent must hand down.</summary>
/// <remarks>
/// Order of use: <see cref="CgroupPlan.Make"/>, <see cref="Create"/>, the launch moves the process in through <see cref="OpenProcesses"/> (or is cloned into
/// <see cref="UnifiedDirectory"/>), and at the end <see cref="KillAll"/> and <see cref="Remove"/>. Not for use by two threads at once.
/// </remarks>
public sealed partial class CgroupSet : IDisposable
{
    private readonly CgroupDirectory[] _directories;

    private CgroupSet(IReadOnlyList<CgroupLocation> locations, CgroupDirectory[] directories, bool ownsParent)
    {
        Locations = locations;
        _directories = directories;
        OwnsParent = ownsParent;
    }

    /// <summary>Where the cgroups are. Keep it in the state; <see cref="Open"/> finds them again.</summary>
    public IReadOnlyList<CgroupLocation> Locations { get; }

    /// <summary>Whether the parent directories go with the last container in them.</summary>
    public bool OwnsParent { get; }

    /// <summary>What had to be changed above the container's own cgroup, for people: "unified /: +memory +pids".</summary>
    public IReadOnlyList<string> ChangesAbove { get; private init; } = [];

    /// <summary>The open v2 cgroup for CLONE_INTO_CGROUP; null without a v2 tree. Owned by this object.</summary>
    public DirFd? UnifiedDirectory
    {
        get
        {
            int index = UnifiedIndex;
            return index < 0 ? null : _directories[index].Descriptor;
        }
    }

    private int UnifiedIndex
    {
        get
        {
            for (int i = 0; i < Locations.Count; i++)
            {
                if (Locations[i].IsUnified) { return i; }
            }

            return -1;
        }
    }

    /// <summary>Makes the cgroups and writes the limits. Fails as a whole: what was made is removed again.</summary>
    /// <exception cref="ResourceException">Names the file, the value and the kernel's answer.</exception>
    public static CgroupSet Create(CgroupPlan plan)
    {
        var maker = new CgroupMaker(plan.Locations, plan.LeaveUndelegated, plan.OwnsParent);
        maker.MakeDirectories();
        return maker.Limit(plan);
    }

    /// <summary>Opens the cgroups of an existing container. Those that are gone are left out.</summary>
    public static CgroupSet Open(IReadOnlyList<CgroupLocation> locations, bool ownsParent = false)
    {
        List<CgroupLocation> found = new(locations.Count);
        List<CgroupDirectory> directories = new(locations.Count);
        foreach (CgroupLocation location in locations)
        {
            if (CgroupDirectory.TryOpen(location.MountPoint, location.Path) is { } directory)
            {
                found.Add(location);
                directories.Add(directory);
            }
        }

        return new(found, [.. directories], ownsParent);
    }

    /// <summary>Opens the list of processes of each tree for writing; a writer of one thread that writes "0" moves itself in. The caller disposes them.</summary>
    /// <param name="withUnified">False where the process is cloned into the v2 cgroup.</param>
    public IReadOnlyList<CgroupProcesses> OpenProcesses(bool withUnified)
    {
        List<CgroupProcesses> open = new(_directories.Length);
        for (int i = 0; i < _directories.Length; i++)
        {
            if (withUnified || !Locations[i].IsUnified)
            {
                // For a process of one thread both files mean the same, but a write of "0" to v1's "tasks" does not wait for the lock over all
                // thread groups, which costs a grace period of the kernel: milliseconds.
                open.Add(new(Locations[i], _directories[i].OpenForWriting(Locations[i].IsUnified ? "cgroup.procs" : "tasks")));
            }
        }

        return open;
    }

    /// <summary>The processes in the container's cgroups and below them, each once.</summary>
    public IReadOnlyList<int> Processes()
    {
        // One tree suffices: all hold the same processes. The v2 tree cannot be left by an old v1-only manager, so it is asked first.
        int index = MainIndex;
        if (index < 0) { return []; }

        List<int> pids = [];
        CollectProcesses(_directories[index], pids, depth: 0);
        return pids;
    }

    /// <summary>Writes new limits into running cgroups. Device rules are not touched.</summary>
    /// <exception cref="ResourceException">Names the file, the value and the kernel's answer; what was written before stays.</exception>
    public void Update(LinuxResources resources)
    {
        var writes = new CgroupWriteList(Locations);
        LimitValues.AddAll(writes, resources, withDevices: false);
        RefuseMarks(writes);
        new LimitWriter(_directories).Update(writes.Items, resources.Memory);
    }

    /// <summary>Refuses a memory limit below what is in use, where the resources ask for that check; <see cref="Update"/> does it, too.</summary>
    /// <exception cref="ResourceException">It is.</exception>
    public void CheckBeforeUpdate(LinuxResources resources)
    {
        var writes = new CgroupWriteList(Locations);
        LimitValues.AddAll(writes, resources, withDevices: false);
        RefuseMarks(writes);
        new LimitWriter(_directories).Check(writes.Items, resources.Memory);
    }

    private static void RefuseMarks(CgroupWriteList writes)
    {
        if (writes.PacketMarks is null) { return; }

        throw new ResourceException("linux.resources.network cannot be changed while the container runs: on cgroup v2 it is a rule that holds from the start to the end", remedy: "leave it out of the update");
    }

    /// <summary>Reads a file of the tree that governs <paramref name="controller"/>; null where there is none.</summary>
    public string? Read(string controller, string file)
    {
        for (int i = 0; i < Locations.Count; i++)
        {
            if (Locations[i].Has(controller)) { return _directories[i].TryRead(file); }
        }

        return null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (CgroupDirectory directory in _directories) { directory.Dispose(); }
    }

    internal static CgroupSet Of(IReadOnlyList<CgroupLocation> locations, CgroupDirectory[] directories, bool ownsParent, IReadOnlyList<string> changes) =>
        new(locations, directories, ownsParent) { ChangesAbove = changes };

    // Where processes are listed and signalled: v2, else v1's freezer, else whatever there is.
    private int MainIndex
    {
        get
        {
            int index = UnifiedIndex;
            for (int i = 0; index < 0 && i < Locations.Count; i++)
            {
                if (Locations[i].Has("freezer")) { index = i; }
            }

            return index >= 0 || Locations.Count == 0 ? index : 0;
        }
    }

    private static void CollectProcesses(CgroupDirectory directory, List<int> pids, int depth)
    {
        if (depth > CgroupTree.MaxDepth) { return; }

        foreach (int pid in directory.Processes())
        {
            if (!pids.Contains(pid)) { pids.Add(pid); }
        }

        foreach (string name in directory.Children())
        {
            using CgroupDirectory? child = directory.TryOpenChild(name);
            if (child is not null) { CollectProcesses(child, pids, depth + 1); }
        }
    }
}

/// <summary>An open cgroup.procs.</summary>
/// <param name="Location">Which cgroup.</param>
/// <param name="File">Open for writing.</param>
public sealed record CgroupProcesses(CgroupLocation Location, SafeFileHandle File);
