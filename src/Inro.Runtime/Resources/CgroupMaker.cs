using Inro.Linux;
using Inro.Linux.Cgroups;

namespace Inro.Runtime.Resources;

/// <summary>Carries out one plan: directories, controllers, inherited cpusets, limits, device program.</summary>
internal sealed class CgroupMaker(CgroupPlan plan)
{
    private readonly CgroupDirectory?[] _open = new CgroupDirectory?[plan.Locations.Count];
    private readonly bool[] _made = new bool[plan.Locations.Count];
    private readonly List<string> _changes = [];

    public CgroupSet Make()
    {
        bool done = false;
        try
        {
            for (int i = 0; i < _open.Length; i++) { MakeOne(i); }

            new LimitWriter(_open).Create(plan.Writes);
            AttachDeviceProgram();
            done = true;
            return Finish();
        }
        catch (LinuxException e)
        {
            throw new ResourceException($"a cgroup of the container cannot be made: {e.Message}", Remedy(e.Errno), e);
        }
        finally
        {
            if (!done) { Undo(); }
        }
    }

    private static string? Remedy(Errno errno) => errno switch
    {
        Errno.EROFS or Errno.EACCES or Errno.EPERM => "let the cgroup be delegated to this user, or run as root with the cgroup file systems writable",
        Errno.EBUSY => "a cgroup that holds processes cannot hand controllers down: give linux.cgroupsPath below one that is empty",
        Errno.ENOSPC => "the tree has reached cgroup.max.descendants, or the cpuset of the parent is empty",
        _ => null,
    };

    private void MakeOne(int index)
    {
        CgroupLocation location = plan.Locations[index];
        try
        {
            string name = location.Path[(location.Path.LastIndexOf('/') + 1)..];
            using CgroupDirectory parent = CgroupParent.OpenAndMakeChild(location, name, out _made[index]);
            CgroupDirectory directory = parent.OpenChild(name);
            _open[index] = directory;
            if (!_made[index]) { RefuseUsed(directory); }
            if (location.Has("cpuset") && !location.IsUnified) { CpusetInheritance.Fill(location, parent, directory, _changes); }
            if (location.IsUnified) { UnifiedControllers.Enable(location, directory, UnifiedControllers.Needed(plan, index), _changes); }
        }
        catch (LinuxException e) when (plan.LeaveUndelegated && e.Errno is Errno.EACCES or Errno.EPERM or Errno.EROFS)
        {
            _open[index]?.Dispose();
            _open[index] = null;
        }
    }

    private static void RefuseUsed(CgroupDirectory directory)
    {
        int count = directory.Processes().Count;
        if (count > 0)
        {
            throw new ResourceException(
                $"the cgroup {directory.Path} exists and holds {count} processes",
                remedy: "give the container a linux.cgroupsPath of its own, or end what runs there");
        }
    }

    private void AttachDeviceProgram()
    {
        if (plan.DeviceProgram is not { } rules) { return; }

        for (int i = 0; i < _open.Length; i++)
        {
            if (plan.Locations[i].IsUnified && _open[i] is { } directory) { DeviceProgramLoader.Attach(directory, rules, plan.LeaveUndelegated); }
        }
    }

    private CgroupSet Finish()
    {
        List<CgroupLocation> locations = new(_open.Length);
        List<CgroupDirectory> directories = new(_open.Length);
        for (int i = 0; i < _open.Length; i++)
        {
            if (_open[i] is not { } directory) { continue; }
            locations.Add(plan.Locations[i]);
            directories.Add(directory);
        }

        return CgroupSet.Of(plan, locations, [.. directories], _changes);
    }

    private void Undo()
    {
        for (int i = 0; i < _open.Length; i++)
        {
            _open[i]?.Dispose();
            if (!_made[i]) { continue; }
            CgroupTree.TryRemove(plan.Locations[i].MountPoint, plan.Locations[i].Path);
            if (plan.OwnsParent) { CgroupTree.TryRemoveEmpty(plan.Locations[i].MountPoint, CgroupPath.Parent(plan.Locations[i].Path)); }
        }
    }
}
