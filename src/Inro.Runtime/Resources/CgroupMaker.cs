using Inro.Linux;
using Inro.Linux.Cgroups;

namespace Inro.Runtime.Resources;

/// <summary>Makes the cgroups of one container: first the directories, with which nothing can be refused but themselves, then what limits them.</summary>
/// <param name="locations">Where.</param>
/// <param name="leaveUndelegated">See <see cref="CgroupPlan.LeaveUndelegated"/>.</param>
/// <param name="ownsParent">See <see cref="CgroupPlan.OwnsParent"/>.</param>
internal sealed class CgroupMaker(IReadOnlyList<CgroupLocation> locations, bool leaveUndelegated, bool ownsParent) : IDisposable
{
    private readonly CgroupDirectory?[] _open = new CgroupDirectory?[locations.Count];
    private readonly bool[] _made = new bool[locations.Count];
    private readonly List<string> _changes = [];

    /// <summary>Makes and opens the directories. Fails as a whole: what was made is removed again.</summary>
    /// <exception cref="ResourceException">One cannot be made, or is in use.</exception>
    public void MakeDirectories() => Do(() =>
    {
        for (int i = 0; i < _open.Length; i++) { MakeOne(i, resident: 0); }
    });

    /// <summary>The same around a process for which systemd has made its own part: what is missing is made, and the process put there.</summary>
    /// <exception cref="ResourceException">Somebody else is in one of them, or systemd has made none.</exception>
    public void MakeDirectoriesAround(int resident) => Do(() =>
    {
        bool isSystemds = false;
        for (int i = 0; i < _open.Length; i++)
        {
            MakeOne(i, resident);
            isSystemds |= !_made[i] && (locations[i].IsUnified || locations[i].Name is "systemd");
            if (_open[i] is { } directory && !directory.Processes().Contains(resident)) { directory.Write("cgroup.procs", Text(resident)); }
        }

        if (!isSystemds) { throw new ResourceException("systemd has made the container's unit, and its cgroup is not there", remedy: "mount the whole cgroup tree that systemd sees on /sys/fs/cgroup"); }
    });

    /// <summary>Enables the controllers, writes the limits and attaches the device program. Fails as a whole like <see cref="MakeDirectories"/>.</summary>
    /// <param name="plan">For the same locations.</param>
    /// <returns>The cgroups, which own the open directories from now on.</returns>
    /// <exception cref="ResourceException">Names the file, the value and the kernel's answer.</exception>
    public CgroupSet Limit(CgroupPlan plan)
    {
        Do(() =>
        {
            for (int i = 0; i < _open.Length; i++) { EnableControllers(plan, i); }

            new LimitWriter(_open).Create(plan.Writes);
            AttachPrograms(plan);
            if (plan.Owner is { } owner) { Give(owner); }
        });
        return Finish();
    }

    /// <summary>Closes what no <see cref="CgroupSet"/> owns; removes nothing.</summary>
    public void Dispose()
    {
        foreach (CgroupDirectory? directory in _open) { directory?.Dispose(); }
    }

    private void Do(Action part)
    {
        bool done = false;
        try
        {
            part();
            done = true;
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

    private void MakeOne(int index, int resident)
    {
        CgroupLocation location = locations[index];
        try
        {
            string name = location.Path[(location.Path.LastIndexOf('/') + 1)..];
            using CgroupDirectory parent = CgroupParent.OpenAndMakeChild(location, name, out _made[index]);
            CgroupDirectory directory = parent.OpenChild(name);
            _open[index] = directory;
            if (!_made[index]) { RefuseUsed(directory, resident); }
            if (location.Has("cpuset") && !location.IsUnified) { CpusetInheritance.Fill(location, parent, directory, _changes); }
        }
        catch (LinuxException e) when (IsUndelegated(e.Errno)) { Leave(index); }
    }

    private void EnableControllers(CgroupPlan plan, int index)
    {
        if (!locations[index].IsUnified || _open[index] is not { } directory) { return; }

        try { UnifiedControllers.Enable(locations[index], directory, UnifiedControllers.Needed(plan, index), _changes); }
        catch (LinuxException e) when (IsUndelegated(e.Errno)) { Leave(index); }
    }

    private bool IsUndelegated(Errno errno) => leaveUndelegated && errno is Errno.EACCES or Errno.EPERM or Errno.EROFS;

    private void Leave(int index)
    {
        _open[index]?.Dispose();
        _open[index] = null;
    }

    private static void RefuseUsed(CgroupDirectory directory, int resident)
    {
        int count = directory.Processes().Count(pid => pid != resident);
        if (count > 0)
        {
            throw new ResourceException(
                $"the cgroup {directory.Path} exists and holds {count} processes",
                remedy: "give the container a linux.cgroupsPath of its own, or end what runs there");
        }
    }

    private static string Text(int pid) => pid.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private void AttachPrograms(CgroupPlan plan)
    {
        for (int i = 0; i < _open.Length; i++)
        {
            if (!locations[i].IsUnified) { continue; }

            if (plan.DeviceProgram is { } rules && _open[i] is { } directory) { DeviceProgramLoader.Attach(directory, rules, leaveUndelegated); }

            if (plan.PacketMarks is { } marks) { PacketMarks.Attach(_open[i], marks); }
        }
    }

    private void Give(uint owner)
    {
        for (int i = 0; i < _open.Length; i++)
        {
            if (locations[i].IsUnified && _open[i] is { } directory) { CgroupOwner.Give(directory, owner); }
        }
    }

    private CgroupSet Finish()
    {
        List<CgroupLocation> found = new(_open.Length);
        List<CgroupDirectory> directories = new(_open.Length);
        for (int i = 0; i < _open.Length; i++)
        {
            if (_open[i] is not { } directory) { continue; }

            found.Add(locations[i]);
            directories.Add(directory);
        }

        return CgroupSet.Of(found, [.. directories], ownsParent, _changes);
    }

    private void Undo()
    {
        for (int i = 0; i < _open.Length; i++)
        {
            _open[i]?.Dispose();
            if (!_made[i]) { continue; }

            CgroupTree.TryRemove(locations[i].MountPoint, locations[i].Path);
            if (ownsParent) { CgroupTree.TryRemoveEmpty(locations[i].MountPoint, CgroupPath.Parent(locations[i].Path)); }
        }
    }
}
