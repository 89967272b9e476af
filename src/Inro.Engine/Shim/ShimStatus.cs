namespace Inro.Engine.Shim;

/// <summary>What a shim knows of its container; <c>status.json</c> in the run directory, replaced as a whole.</summary>
public sealed record ShimStatus
{
    /// <summary>Name of the file in the run directory.</summary>
    public const string FileName = "status.json";

    /// <summary>Where the container stands.</summary>
    public required ShimState State { get; init; }

    /// <summary>All is made, and its first process waits to become the program.</summary>
    public bool IsHeld { get; init; }

    /// <summary>The container's first process, as this host numbers it.</summary>
    public required int Pid { get; init; }

    /// <summary>Start time of that process, clock ticks since boot (field 22 of /proc/PID/stat).</summary>
    public required ulong StartTime { get; init; }

    /// <summary>Boot during which it ran (/proc/sys/kernel/random/boot_id).</summary>
    public required string BootId { get; init; }

    /// <summary>The shim's own process.</summary>
    public int ShimPid { get; init; }

    /// <summary>When the process was started, or, while it is held, made: nanoseconds since 1970.</summary>
    public long StartedAtNanoseconds { get; init; }

    /// <summary>When its end was noticed: nanoseconds since 1970; 0 while it runs.</summary>
    public long FinishedAtNanoseconds { get; init; }

    /// <summary>Exit code, 128 + signal where a signal ended it; null while it runs and where nobody saw the end.</summary>
    public int? ExitCode { get; init; }

    /// <summary>Signal that ended it; null: none, or unknown.</summary>
    public int? Signal { get; init; }

    /// <summary>The kernel killed a process of the container for want of memory.</summary>
    public bool OutOfMemory { get; init; }

    /// <summary>Bytes of output that could not be logged (full disk); 0: the log is complete.</summary>
    public long LogBytesLost { get; init; }

    /// <summary>What is known to be left over or failed at the end; null: nothing.</summary>
    public string? Problem { get; init; }
}
