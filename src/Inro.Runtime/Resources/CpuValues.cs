using Inro.Spec.Runtime;
using static Inro.Runtime.Resources.LimitValues;

namespace Inro.Runtime.Resources;

/// <summary>Processor time and the processors themselves.</summary>
internal static class CpuValues
{
    private const ulong DefaultPeriodMicroseconds = 100_000;

    public static void Add(CgroupWriteList writes, CpuResources cpu)
    {
        if (Asks(cpu))
        {
            CgroupSlot slot = writes.Require("cpu", "cpu");
            if (slot.IsUnified) { AddUnified(slot, cpu); }
            else { AddLegacy(slot, cpu); }
        }

        if (!string.IsNullOrEmpty(cpu.Cpus)) { writes.Require("cpuset", "cpu.cpus").Write("cpu.cpus", "cpuset.cpus", cpu.Cpus); }
        if (!string.IsNullOrEmpty(cpu.Mems)) { writes.Require("cpuset", "cpu.mems").Write("cpu.mems", "cpuset.mems", cpu.Mems); }
    }

    /// <summary>v2's weight (1 to 10000, 100 is normal) for v1's shares (2 to 262144, 1024 is normal).</summary>
    /// <remarks>A parabola through the three pairs in log2/log10 space, which newer runtimes have agreed on. 0 means not set.</remarks>
    internal static ulong Weight(ulong shares)
    {
        if (shares == 0) { return 0; }
        if (shares <= 2) { return 1; }
        if (shares >= 262_144) { return 10_000; }

        double log = Math.Log2(shares);
        double exponent = (((log * log) + (125 * log)) / 612.0) - (7.0 / 34.0);
        return (ulong)Math.Ceiling(Math.Pow(10, exponent) - 1e-9); // 1024 gives exactly 100 but for the last bit of the double
    }

    private static bool Asks(CpuResources c) =>
        c.Shares is not (null or 0) || c.Quota is not (null or 0) || c.Period is not (null or 0) || c.Burst is not null
        || c.RealtimePeriod is not (null or 0) || c.RealtimeRuntime is not (null or 0) || c.Idle is not null;

    private static void AddLegacy(CgroupSlot slot, CpuResources cpu)
    {
        if (cpu.RealtimePeriod is { } rtPeriod and not 0) { slot.Write("cpu.realtimePeriod", "cpu.rt_period_us", Text(rtPeriod)); }
        if (cpu.RealtimeRuntime is { } rtRuntime and not 0) { slot.Write("cpu.realtimeRuntime", "cpu.rt_runtime_us", Text(rtRuntime)); }
        if (cpu.Shares is { } shares and not 0) { slot.Write("cpu.shares", "cpu.shares", Text(shares)); }
        if (cpu.Period is { } period and not 0) { slot.Write("cpu.period", "cpu.cfs_period_us", Text(period)); }
        if (cpu.Quota is { } quota and not 0) { slot.Write("cpu.quota", "cpu.cfs_quota_us", Text(quota)); }
        if (cpu.Burst is { } burst) { slot.Write("cpu.burst", "cpu.cfs_burst_us", Text(burst)); }
        if (cpu.Idle is { } idle) { slot.Write("cpu.idle", "cpu.idle", Text(idle)); }
    }

    private static void AddUnified(CgroupSlot slot, CpuResources cpu)
    {
        if (cpu.RealtimePeriod is not (null or 0) || cpu.RealtimeRuntime is not (null or 0))
        {
            throw new ResourceException($"linux.resources.cpu.{(cpu.RealtimeRuntime is null or 0 ? "realtimePeriod" : "realtimeRuntime")} is set, but cgroup v2 gives no time to real-time tasks by itself", remedy: "leave it out");
        }

        if (cpu.Shares is { } shares and not 0 && cpu.Idle != 1) { slot.Write("cpu.shares", "cpu.weight", Text(Weight(shares))); }
        if (cpu.Quota is not (null or 0) || cpu.Period is not (null or 0))
        {
            ulong period = cpu.Period is { } asked and not 0 ? asked : DefaultPeriodMicroseconds;
            string quota = cpu.Quota is { } some and > 0 ? Text(some) : "max";
            slot.Write("cpu.quota", "cpu.max", $"{quota} {Text(period)}");
        }

        if (cpu.Burst is { } burst) { slot.Write("cpu.burst", "cpu.max.burst", Text(burst)); }
        if (cpu.Idle is { } idle) { slot.Write("cpu.idle", "cpu.idle", Text(idle)); }
    }
}
