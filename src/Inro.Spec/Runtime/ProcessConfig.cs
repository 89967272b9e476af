namespace Inro.Spec.Runtime;

/// <summary>A process in a container: <c>process</c> of config.json, and the whole of an exec's process.json.</summary>
/// <remarks>Source: OCI runtime-spec, config.md "Process".</remarks>
public sealed record ProcessConfig
{
    /// <summary>Whether standard input, output and error are a new terminal.</summary>
    public bool Terminal { get; init; }

    /// <summary>Size of the terminal at the start.</summary>
    public ConsoleSize? ConsoleSize { get; init; }

    /// <summary>Who it runs as.</summary>
    public UserConfig User { get; init; } = new();

    /// <summary>Program and arguments; the first is looked up in the PATH of <see cref="Env"/>.</summary>
    public IReadOnlyList<string> Args { get; init; } = [];

    /// <summary>Environment as NAME=value.</summary>
    public IReadOnlyList<string> Env { get; init; } = [];

    /// <summary>Working directory, absolute.</summary>
    public required string Cwd { get; init; }

    /// <summary>Capability sets; absent means none.</summary>
    public CapabilitiesConfig? Capabilities { get; init; }

    /// <summary>Resource limits.</summary>
    public IReadOnlyList<RlimitConfig> Rlimits { get; init; } = [];

    /// <summary>Whether privileges gained by exec are refused.</summary>
    public bool NoNewPrivileges { get; init; }

    /// <summary>Preference of the out-of-memory killer, -1000 to 1000.</summary>
    public int? OomScoreAdj { get; init; }

    /// <summary>AppArmor profile.</summary>
    public string? ApparmorProfile { get; init; }

    /// <summary>SELinux label.</summary>
    public string? SelinuxLabel { get; init; }

    /// <summary>Priority of input and output.</summary>
    public IoPriorityConfig? IoPriority { get; init; }

    /// <summary>Scheduling policy.</summary>
    public SchedulerConfig? Scheduler { get; init; }

    /// <summary>Processors of an exec's process.</summary>
    public ExecCpuAffinityConfig? ExecCpuAffinity { get; init; }
}

/// <summary>Size of a terminal in characters.</summary>
public sealed record ConsoleSize(uint Height, uint Width);

/// <summary>Who a process runs as, in ids of the container.</summary>
public sealed record UserConfig
{
    /// <summary>User id.</summary>
    public uint Uid { get; init; }

    /// <summary>Group id.</summary>
    public uint Gid { get; init; }

    /// <summary>File mode creation mask; absent means 022.</summary>
    public uint? Umask { get; init; }

    /// <summary>Supplementary groups.</summary>
    public IReadOnlyList<uint> AdditionalGids { get; init; } = [];

    /// <summary>Not used on Linux; kept for the writer.</summary>
    public string? Username { get; init; }
}

/// <summary>Five sets of capability names such as CAP_KILL. Absent sets are empty.</summary>
public sealed record CapabilitiesConfig
{
    /// <summary>What can ever be had.</summary>
    public IReadOnlyList<string> Bounding { get; init; } = [];

    /// <summary>What is in force.</summary>
    public IReadOnlyList<string> Effective { get; init; } = [];

    /// <summary>What a file's inheritable set lets through.</summary>
    public IReadOnlyList<string> Inheritable { get; init; } = [];

    /// <summary>What may be put in force.</summary>
    public IReadOnlyList<string> Permitted { get; init; } = [];

    /// <summary>What survives an exec of a program without file capabilities.</summary>
    public IReadOnlyList<string> Ambient { get; init; } = [];
}

/// <summary>One resource limit; see getrlimit(2).</summary>
/// <param name="Type">Name such as RLIMIT_NOFILE.</param>
/// <param name="Soft">The limit in force; ulong.MaxValue is unlimited.</param>
/// <param name="Hard">The ceiling of the soft limit.</param>
public sealed record RlimitConfig(string Type, ulong Soft, ulong Hard);

/// <summary>Priority of input and output; see ioprio_set(2).</summary>
/// <param name="Class">IOPRIO_CLASS_RT, _BE or _IDLE.</param>
/// <param name="Priority">0 (first) to 7.</param>
public sealed record IoPriorityConfig(string Class, int Priority);

/// <summary>Scheduling policy; see sched_setattr(2).</summary>
public sealed record SchedulerConfig
{
    /// <summary>SCHED_OTHER, SCHED_FIFO, SCHED_RR, SCHED_BATCH, SCHED_ISO, SCHED_IDLE or SCHED_DEADLINE.</summary>
    public required string Policy { get; init; }

    /// <summary>Nice value, -20 to 19.</summary>
    public int Nice { get; init; }

    /// <summary>Static priority of the real-time policies.</summary>
    public int Priority { get; init; }

    /// <summary>Names such as SCHED_FLAG_RESET_ON_FORK.</summary>
    public IReadOnlyList<string> Flags { get; init; } = [];

    /// <summary>Nanoseconds, SCHED_DEADLINE.</summary>
    public ulong Runtime { get; init; }

    /// <summary>Nanoseconds, SCHED_DEADLINE.</summary>
    public ulong Deadline { get; init; }

    /// <summary>Nanoseconds, SCHED_DEADLINE.</summary>
    public ulong Period { get; init; }
}

/// <summary>Processors of an exec's process, as lists such as "0-3,7".</summary>
/// <param name="Initial">While it joins.</param>
/// <param name="Final">When it runs.</param>
public sealed record ExecCpuAffinityConfig(string? Initial, string? Final);
