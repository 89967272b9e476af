namespace Inro.Runtime.Resources;

/// <summary>What a container has used. Null: this kernel or tree does not say.</summary>
public sealed record CgroupStatistics
{
    /// <summary>Processor time, all processors together.</summary>
    public long CpuNanoseconds { get; init; }

    /// <summary>The part of it in user mode.</summary>
    public long? CpuUserNanoseconds { get; init; }

    /// <summary>The part of it in the kernel.</summary>
    public long? CpuSystemNanoseconds { get; init; }

    /// <summary>Periods of the quota that have passed.</summary>
    public long? CpuPeriods { get; init; }

    /// <summary>Periods in which the container was held back.</summary>
    public long? CpuThrottledPeriods { get; init; }

    /// <summary>Time for which it was held back.</summary>
    public long? CpuThrottledNanoseconds { get; init; }

    /// <summary>Memory in use, page cache included.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>File cache that the kernel would give up first; tools subtract it from <see cref="MemoryBytes"/>.</summary>
    public long? MemoryInactiveFileBytes { get; init; }

    /// <summary>The most that was ever in use.</summary>
    public long? MemoryPeakBytes { get; init; }

    /// <summary>The limit; null for none.</summary>
    public long? MemoryLimitBytes { get; init; }

    /// <summary>Processes that the OOM killer ended.</summary>
    public long? OomKills { get; init; }

    /// <summary>Tasks that exist.</summary>
    public long? Pids { get; init; }

    /// <summary>The limit of tasks; null for none.</summary>
    public long? PidsLimit { get; init; }

    /// <summary>Bytes read from block devices.</summary>
    public long? BlockReadBytes { get; init; }

    /// <summary>Bytes written to block devices.</summary>
    public long? BlockWriteBytes { get; init; }
}
