namespace Inro.Engine.Containers.Compose;

/// <summary>A limit that is changed later overrules the cgroup file that <c>--cgroup-conf</c> gave for the same thing: both cannot hold, and the last word counts.</summary>
internal static class OverruledFiles
{
    /// <summary>The changed configuration without the files that its changed limits write.</summary>
    /// <param name="before">As it was.</param>
    /// <param name="after">As it is asked for.</param>
    public static ContainerConfig Leave(ContainerConfig before, ContainerConfig after)
    {
        if (after.CgroupFiles.Count == 0) { return after; }

        Dictionary<string, string> files = new(after.CgroupFiles, StringComparer.Ordinal);
        foreach (string file in Written(before, after)) { files.Remove(file); }

        return files.Count == after.CgroupFiles.Count ? after : after with { CgroupFiles = files };
    }

    private static IEnumerable<string> Written(ContainerConfig before, ContainerConfig after)
    {
        if (before.MemoryBytes != after.MemoryBytes) { yield return "memory.max"; }

        if (before.MemoryBytes != after.MemoryBytes || before.MemorySwapBytes != after.MemorySwapBytes) { yield return "memory.swap.max"; }

        if (before.MemoryReservationBytes != after.MemoryReservationBytes) { yield return "memory.low"; }

        if (before.PidsLimit != after.PidsLimit) { yield return "pids.max"; }

        if (before.CpuShares != after.CpuShares) { yield return "cpu.weight"; }

        if ((before.NanoCpus, before.CpuPeriodMicroseconds, before.CpuQuotaMicroseconds) != (after.NanoCpus, after.CpuPeriodMicroseconds, after.CpuQuotaMicroseconds)) { yield return "cpu.max"; }

        if (before.CpusetCpus != after.CpusetCpus) { yield return "cpuset.cpus"; }

        if (before.CpusetMems != after.CpusetMems) { yield return "cpuset.mems"; }

        if (before.BlkioWeight != after.BlkioWeight)
        {
            yield return "io.weight";
            yield return "io.bfq.weight";
        }
    }
}
