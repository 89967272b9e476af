using Inro.Linux;
using Inro.Linux.Processes;

namespace Inro.Runtime.Resources;

/// <summary>Kills the processes of a cgroup where the kernel cannot do it in one call (v1, or v2 before Linux 5.14).</summary>
internal static class SignalLoop
{
    /// <summary>One round: stop all so that none can fork away, signal each, let them die.</summary>
    public static void KillOnce(CgroupSet set, CgroupFreezer? freezer)
    {
        freezer?.TryFreeze();
        try
        {
            IReadOnlyList<int> pids = set.Processes();
            List<(int Pid, PidFd Process)> open = new(pids.Count);
            foreach (int pid in pids)
            {
                try { open.Add((pid, PidFd.Open(pid))); }
                catch (LinuxException) { continue; } // it has ended, or no descriptor is free: the next round looks again
            }

            // A pid may have been reused between the list and the open: only what is still listed is ours.
            IReadOnlyList<int> again = set.Processes();
            foreach ((int pid, PidFd process) in open)
            {
                using (process)
                {
                    if (again.Contains(pid)) { TryKill(process); }
                }
            }
        }
        finally
        {
            freezer?.TryThaw();
        }
    }

    private static void TryKill(PidFd process)
    {
        try { process.Kill(); }
        catch (LinuxException) { return; } // not ours to kill: the caller's deadline names what stays
    }
}
