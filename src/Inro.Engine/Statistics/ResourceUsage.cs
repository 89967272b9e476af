namespace Inro.Engine.Statistics;

/// <summary>What a running container has used up to a moment. Null: this kernel does not say.</summary>
public sealed record ResourceUsage
{
    /// <summary>When it was read, nanoseconds since 1970 UTC.</summary>
    public required long TimeNanoseconds { get; init; }

    /// <summary>Processor time, all processors together.</summary>
    public long CpuNanoseconds { get; init; }

    /// <summary>Processor time that the whole host had until then, idle time included, all processors together.</summary>
    public long HostCpuNanoseconds { get; init; }

    /// <summary>Processors that are on.</summary>
    public int Processors { get; init; }

    /// <summary>Memory in use without the file cache that the kernel would give up first: docker's figure.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>Its limit, or the host's memory.</summary>
    public long MemoryLimitBytes { get; init; }

    /// <summary>Bytes received by its network devices, loopback excepted.</summary>
    public long ReceivedBytes { get; init; }

    /// <summary>Bytes sent.</summary>
    public long SentBytes { get; init; }

    /// <summary>Bytes read from block devices.</summary>
    public long BlockReadBytes { get; init; }

    /// <summary>Bytes written to block devices.</summary>
    public long BlockWriteBytes { get; init; }

    /// <summary>Tasks.</summary>
    public long? Pids { get; init; }

    /// <summary>Share of one processor since an earlier reading, in percent: 200 is two whole ones. Docker's arithmetic.</summary>
    public double CpuPercent(ResourceUsage earlier)
    {
        double own = CpuNanoseconds - earlier.CpuNanoseconds;
        double host = HostCpuNanoseconds - earlier.HostCpuNanoseconds;
        return own > 0 && host > 0 ? own / host * Processors * 100 : 0;
    }

    /// <summary>Share of the memory that it may use, in percent.</summary>
    public double MemoryPercent => MemoryLimitBytes > 0 && MemoryBytes is { } used ? (double)used / MemoryLimitBytes * 100 : 0;
}
