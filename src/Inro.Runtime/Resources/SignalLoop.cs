using Inro.Linux.Cgroups;

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
            List<PidSignal> open = new(pids.Count);
            foreach (int pid in pids)
            {
                if (PidSignal.TryOpen(pid) is { } process) { open.Add(process); }
            }

            // A pid may have been reused between the list and the open: only what is still listed is ours.
            IReadOnlyList<int> again = set.Processes();
            foreach (PidSignal process in open)
            {
                if (again.Contains(process.Pid)) { process.Kill(); }
                process.Dispose();
            }
        }
        finally
        {
            freezer?.TryThaw();
        }
    }
}
