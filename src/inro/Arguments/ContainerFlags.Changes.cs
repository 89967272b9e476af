using Inro.Engine;
using Inro.Engine.Containers;

namespace Inro.Cli.Arguments;

/// <content>What can be changed of a container that is there.</content>
internal sealed partial class ContainerFlags
{
    private readonly List<Func<ContainerConfig, ContainerConfig>> changes = [];

    /// <summary>Some flag was given.</summary>
    public bool HasChanges => changes.Count > 0;

    /// <summary>The configuration with what was given.</summary>
    public ContainerConfig Change(ContainerConfig before)
    {
        ContainerConfig after = before;
        foreach (Func<ContainerConfig, ContainerConfig> change in changes) { after = change(after); }

        return after;
    }

    /// <summary>Adds the flags of update.</summary>
    public void AddChangeable(FlagTable table) => table
        .Number("blkio-weight", '\0', "Block IO (relative weight), between 10 and 1000, or 0 to disable (default 0)", v => changes.Add(c => c with { BlkioWeight = (int)v }), least: 0, most: MostWeight)
        .Number("cpu-period", '\0', "Limit CPU CFS (Completely Fair Scheduler) period", v => changes.Add(c => c with { CpuPeriodMicroseconds = v }), least: 0)
        .Number("cpu-quota", '\0', "Limit CPU CFS (Completely Fair Scheduler) quota", v => changes.Add(c => c with { CpuQuotaMicroseconds = v }))
        .Number("cpu-rt-period", '\0', "Limit the CPU real-time period in microseconds", v => changes.Add(c => c with { CpuRealtimePeriodMicroseconds = v }), least: 0)
        .Number("cpu-rt-runtime", '\0', "Limit the CPU real-time runtime in microseconds", v => changes.Add(c => c with { CpuRealtimeRuntimeMicroseconds = v }))
        .Number("cpu-shares", 'c', "CPU shares (relative weight)", v => changes.Add(c => c with { CpuShares = v }), least: 0)
        .Text("cpus", '\0', "Number of CPUs", v => { long n = FlagValue.NanoCpus(v); changes.Add(c => c with { NanoCpus = n }); }, value: "decimal")
        .Text("cpuset-cpus", '\0', "CPUs in which to allow execution (0-3, 0,1)", v => changes.Add(c => c with { CpusetCpus = v }))
        .Text("cpuset-mems", '\0', "MEMs in which to allow execution (0-3, 0,1)", v => changes.Add(c => c with { CpusetMems = v }))
        .Add(new Flag { Name = "kernel-memory", ValueName = "bytes", Help = "", IsHidden = true, Set = _ => throw new FormatException("kernels have no limit for their own memory any more; --memory counts it") })
        .Bytes("memory", 'm', "Memory limit", v => changes.Add(c => c with { MemoryBytes = v }))
        .Bytes("memory-reservation", '\0', "Memory soft limit", v => changes.Add(c => c with { MemoryReservationBytes = v }))
        .Text("memory-swap", '\0', "Swap limit equal to memory plus swap: -1 to enable unlimited swap", v => { long n = v == "-1" ? -1 : ByteSize.Parse(v); changes.Add(c => c with { MemorySwapBytes = n }); }, value: "bytes")
        .Number("pids-limit", '\0', "Tune container pids limit (set -1 for unlimited)", v => changes.Add(c => c with { PidsLimit = v }), least: -1)
        .Text("restart", '\0', "Restart policy to apply when a container exits", v => { RestartPolicy policy = RestartPolicy.Parse(v); changes.Add(c => c with { Restart = policy }); }, offers: Completion.Of("no", "on-failure", "always", "unless-stopped"));
}
