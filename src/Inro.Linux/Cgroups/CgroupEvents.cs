using Microsoft.Win32.SafeHandles;

namespace Inro.Linux.Cgroups;

/// <summary>Waiting for a cgroup to change.</summary>
public static class CgroupEvents
{
    /// <summary>Returns when cgroup.events changes or the time is over; without a v2 cgroup, when the time is over.</summary>
    /// <remarks>
    /// The first poll of a fresh descriptor answers only to changes after its open, so a caller must look at the state between and give short times.
    /// See cgroups(7), "cgroup.events".
    /// </remarks>
    public static void Wait(CgroupDirectory? unified, int milliseconds)
    {
        if (unified is null)
        {
            CgroupCalls.WaitForChange(-1, milliseconds);
            return;
        }

        using SafeFileHandle events = unified.OpenForReading("cgroup.events");
        CgroupCalls.WaitForChange((int)events.DangerousGetHandle(), milliseconds);
    }
}
