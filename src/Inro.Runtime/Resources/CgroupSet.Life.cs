using System.Diagnostics;
using Inro.Linux;
using Inro.Linux.Cgroups;

namespace Inro.Runtime.Resources;

/// <summary>Freezing, killing and removing.</summary>
public sealed partial class CgroupSet
{
    private const int FirstPauseMilliseconds = 1;
    private const int LongestPauseMilliseconds = 20;

    /// <summary>Opens that one cgroup of a container by which it is frozen: v1's freezer, else v2's; an empty set where there is none.</summary>
    public static CgroupSet OpenFreezer(IReadOnlyList<CgroupLocation> locations)
    {
        CgroupLocation? found = null;
        foreach (CgroupLocation location in locations)
        {
            if (location.Has("freezer") || found is null && location.IsUnified) { found = location; }
        }

        return Open(found is null ? [] : [found]);
    }

    /// <summary>Whether the container is frozen.</summary>
    public bool IsFrozen => Freezer is { } freezer && freezer.IsFrozen;

    /// <summary>Stops every process of the container where it stands, and returns when all stand.</summary>
    /// <exception cref="ResourceException">No tree can freeze, or some process did not stop in time; then all run on.</exception>
    public void Freeze(TimeSpan deadline) => RequireFreezer().Freeze(deadline);

    /// <summary>Lets every process run on.</summary>
    public void Thaw() => RequireFreezer().Thaw();

    /// <summary>Sends SIGKILL to every process, those included that are being made right now. Returns when none is left.</summary>
    /// <exception cref="ResourceException">Some process did not end in time (it sits in the kernel, or outside our pid namespace).</exception>
    public void KillAll(TimeSpan deadline)
    {
        int index = MainIndex;
        if (index < 0) { return; }

        long end = Stopwatch.GetTimestamp() + (long)(deadline.TotalSeconds * Stopwatch.Frequency);
        bool byKernel = Locations[index].IsUnified && _directories[index].TryWrite("cgroup.kill", "1") == Errno.None;
        if (byKernel) { ThawLegacy(); } // v2 kills what v2 froze; what v1 froze dies only when it thaws

        for (int pause = FirstPauseMilliseconds; ; pause = Math.Min(pause * 2, LongestPauseMilliseconds))
        {
            if (!byKernel) { SignalLoop.KillOnce(this, Freezer); }
            if (IsEmpty(index)) { return; }
            if (Stopwatch.GetTimestamp() > end)
            {
                throw new ResourceException($"{Processes().Count} processes in {Locations[index].Directory} did not end within {deadline.TotalSeconds:0.#} s of SIGKILL");
            }

            WaitForEvent(index, pause);
        }
    }

    /// <summary>Removes the cgroups with all below them; a process that is just ending is waited for.</summary>
    /// <exception cref="ResourceException">Something was still there at the deadline; the message names the first cgroup that stayed.</exception>
    public void Remove(TimeSpan deadline)
    {
        long end = Stopwatch.GetTimestamp() + (long)(deadline.TotalSeconds * Stopwatch.Frequency);
        for (int i = 0; i < Locations.Count; i++)
        {
            CgroupLocation location = Locations[i];
            for (int pause = FirstPauseMilliseconds; ; pause = Math.Min(pause * 2, LongestPauseMilliseconds))
            {
                Errno errno = CgroupTree.TryRemove(location.MountPoint, location.Path);
                if (errno == Errno.None) { break; }
                if (errno is not (Errno.EBUSY or Errno.ENOTEMPTY) || Stopwatch.GetTimestamp() > end) { throw Stays(location, _directories[i], errno); }
                WaitForEvent(i, pause);
            }

            if (OwnsParent) { CgroupTree.TryRemoveEmpty(location.MountPoint, CgroupPath.Parent(location.Path)); }
        }
    }

    /// <summary>Removes the cgroups above these where nothing is in them: somebody else has removed these.</summary>
    public static void RemoveEmptyParents(IReadOnlyList<CgroupLocation> locations)
    {
        foreach (CgroupLocation location in locations) { CgroupTree.TryRemoveEmpty(location.MountPoint, CgroupPath.Parent(location.Path)); }
    }

    private CgroupFreezer? Freezer
    {
        get
        {
            for (int i = 0; i < Locations.Count; i++)
            {
                if (Locations[i].Has("freezer")) { return new(_directories[i], isUnified: false); }
            }

            int unified = UnifiedIndex;
            return unified < 0 ? null : new(_directories[unified], isUnified: true);
        }
    }

    private static ResourceException Stays(CgroupLocation location, CgroupDirectory directory, Errno errno)
    {
        IReadOnlyList<int> pids = directory.Processes();
        string who = pids.Count > 0 ? $"; process {pids[0]} is still in it" : "";
        var cause = new LinuxException("unlinkat", location.Directory, errno);
        return new ResourceException($"a cgroup of the container stays: {cause.Message}{who}", remedy: "end the process and delete the container again", cause);
    }

    private CgroupFreezer RequireFreezer() =>
        Freezer ?? throw new ResourceException("no mounted cgroup tree can freeze processes", remedy: "mount the freezer controller or cgroup v2");

    private void ThawLegacy()
    {
        for (int i = 0; i < Locations.Count; i++)
        {
            if (Locations[i].Has("freezer")) { _directories[i].TryWrite("freezer.state", "THAWED"); }
        }
    }

    private bool IsEmpty(int index)
    {
        if (Locations[index].IsUnified && _directories[index].TryRead("cgroup.events") is { } events) { return events.Contains("populated 0", StringComparison.Ordinal); }
        return Processes().Count == 0;
    }

    // v2 reports that the last process is gone; v1 has to be asked again.
    private void WaitForEvent(int index, int milliseconds) => CgroupEvents.Wait(Locations[index].IsUnified ? _directories[index] : null, milliseconds);
}
