using Inro.Engine;
using Inro.Engine.Containers;

namespace Inro.Cli.Arguments;

/// <content>Limits.</content>
internal sealed partial class ContainerFlags
{
    private void AddResources(FlagTable table)
    {
        table
            .Text("cgroup-parent", '\0', "Optional parent cgroup for the container", v => config = config with { CgroupParent = v })
            .Number("cpu-period", '\0', "Limit CPU CFS (Completely Fair Scheduler) period", v => config = config with { CpuPeriodMicroseconds = v }, least: 0)
            .Number("cpu-quota", '\0', "Limit CPU CFS (Completely Fair Scheduler) quota", v => config = config with { CpuQuotaMicroseconds = v })
            .Number("cpu-shares", 'c', "CPU shares (relative weight)", v => config = config with { CpuShares = v }, least: 0)
            .Text("cpus", '\0', "Number of CPUs", v => config = config with { NanoCpus = FlagValue.NanoCpus(v) }, value: "decimal")
            .Text("cpuset-cpus", '\0', "CPUs in which to allow execution (0-3, 0,1)", v => config = config with { CpusetCpus = v })
            .Text("cpuset-mems", '\0', "MEMs in which to allow execution (0-3, 0,1)", v => config = config with { CpusetMems = v })
            .Bytes("memory", 'm', "Memory limit", v => config = config with { MemoryBytes = v })
            .Bytes("memory-reservation", '\0', "Memory soft limit", v => config = config with { MemoryReservationBytes = v })
            .Text("memory-swap", '\0', "Swap limit equal to memory plus swap: '-1' to enable unlimited swap", v => config = config with { MemorySwapBytes = v == "-1" ? -1 : ByteSize.Parse(v) }, value: "bytes")
            .Number("memory-swappiness", '\0', "Tune container memory swappiness (0 to 100)", v => config = config with { MemorySwappiness = v < 0 ? null : (int)v }, initially: "-1", least: -1, most: 100)
            .Switch("oom-kill-disable", '\0', "Disable OOM Killer", v => config = config with { OomKillDisable = v })
            .Number("oom-score-adj", '\0', "Tune host's OOM preferences (-1000 to 1000)", v => config = config with { OomScoreAdjust = (int)v }, least: -1000, most: 1000)
            .Number("pids-limit", '\0', "Tune container pids limit (set -1 for unlimited)", v => config = config with { PidsLimit = v }, least: -1)
            .Bytes("shm-size", '\0', "Size of /dev/shm", v => config = config with { ShmSizeBytes = v })
            .List("ulimit", '\0', "Ulimit options", AddLimit, value: "ulimit");
    }

    private void AddLimit(string text)
    {
        UlimitArgument limit = UlimitArgument.Parse(text);
        limits.RemoveAll(l => l.Name == limit.Name);
        limits.Add(new ResourceLimit(limit.Name, limit.Soft, limit.Hard));
    }
}
