using System.Buffers.Binary;
using System.Globalization;
using Inro.Linux;
using Inro.Runtime.Launch;
using Inro.Spec.Runtime;

namespace Inro.Runtime.Steps;

/// <summary>Resource limits, scheduling, input and output priority, execution domain, NUMA policy.</summary>
internal sealed class LimitsStep(LinuxConfig linux, ProcessConfig process) : ILaunchStep
{
    /// <summary>Descriptors that a launch may need at once.</summary>
    private const ulong LowestEarly = 1024;

    private static readonly string[] RlimitNames =
    [
        "CPU", "FSIZE", "DATA", "STACK", "CORE", "RSS", "NPROC", "NOFILE", "MEMLOCK", "AS", "LOCKS", "SIGPENDING", "MSGQUEUE", "NICE", "RTPRIO", "RTTIME",
    ];

    private static readonly string[] Policies = ["OTHER", "FIFO", "RR", "BATCH", "ISO", "IDLE", "DEADLINE"];
    private static readonly string[] SchedulerFlags = ["RESET_ON_FORK", "RECLAIM", "DL_OVERRUN", "KEEP_POLICY", "KEEP_PARAMS", "UTIL_CLAMP_MIN", "UTIL_CLAMP_MAX"];
    private static readonly string[] MemoryModes = ["DEFAULT", "PREFERRED", "BIND", "INTERLEAVE", "LOCAL", "PREFERRED_MANY", "WEIGHTED_INTERLEAVE"];

    public string Name => "limits";

    public void Emit(LaunchBuilder builder)
    {
        EmitScheduler(builder);
        EmitMemoryPolicy(builder);
        EmitPersonality(builder);
        for (int i = 0; i < process.Rlimits.Count; i++)
        {
            if (!IsLate(process.Rlimits[i])) { EmitRlimit(builder, process.Rlimits[i], i); }
        }
    }

    /// <summary>A low limit of descriptors comes last: the launch itself needs some.</summary>
    public void EmitDescriptorLimit(LaunchBuilder builder)
    {
        for (int i = 0; i < process.Rlimits.Count; i++)
        {
            if (IsLate(process.Rlimits[i])) { EmitRlimit(builder, process.Rlimits[i], i); }
        }
    }

    public string? Remedy(LaunchOperation operation, Errno errno) => errno == Errno.EPERM && operation.Call == SystemCall.Prlimit64
        ? "raising a hard limit needs CAP_SYS_RESOURCE; ask for no more than this process's own"
        : null;

    private static bool IsLate(RlimitConfig limit) => limit is { Type: "RLIMIT_NOFILE", Soft: < LowestEarly };

    private static void EmitRlimit(LaunchBuilder b, RlimitConfig limit, int index)
    {
        string field = string.Create(CultureInfo.InvariantCulture, $"process.rlimits[{index}]");
        int number = Number(field + ".type", limit.Type, "RLIMIT_", RlimitNames);
        if (limit.Soft > limit.Hard) { throw RuntimeException.Invalid(field, $"the soft limit {limit.Soft} is above the hard limit {limit.Hard}"); }

        Span<byte> pair = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(pair, limit.Soft);
        BinaryPrimitives.WriteUInt64LittleEndian(pair[8..], limit.Hard);
        b.Call("set limit", SystemCall.Prlimit64, [0, number, b.Bytes(pair), Argument.Null], limit.Type);
    }

    private void EmitScheduler(LaunchBuilder b)
    {
        if (process.IoPriority is { } io)
        {
            int type = io.Class switch
            {
                "IOPRIO_CLASS_RT" => 1,
                "IOPRIO_CLASS_BE" => 2,
                "IOPRIO_CLASS_IDLE" => 3,
                _ => throw RuntimeException.Invalid("process.ioPriority.class", $"\"{io.Class}\" is not known"),
            };
            if (io.Priority is < 0 or > 7) { throw RuntimeException.Invalid("process.ioPriority.priority", "must be from 0 to 7"); }

            b.Call("set input and output priority", SystemCall.IoprioSet, [1, 0, (type << 13) | io.Priority]);
        }

        if (process.Scheduler is not { } scheduler) { return; }

        ulong flags = 0;
        foreach (string flag in scheduler.Flags) { flags |= 1UL << Number("process.scheduler.flags", flag, "SCHED_FLAG_", SchedulerFlags); }

        Span<byte> attributes = stackalloc byte[48]; // struct sched_attr, first version
        BinaryPrimitives.WriteUInt32LittleEndian(attributes, 48);
        BinaryPrimitives.WriteUInt32LittleEndian(attributes[4..], (uint)Number("process.scheduler.policy", scheduler.Policy, "SCHED_", Policies));
        BinaryPrimitives.WriteUInt64LittleEndian(attributes[8..], flags);
        BinaryPrimitives.WriteInt32LittleEndian(attributes[16..], scheduler.Nice);
        BinaryPrimitives.WriteInt32LittleEndian(attributes[20..], scheduler.Priority);
        BinaryPrimitives.WriteUInt64LittleEndian(attributes[24..], scheduler.Runtime);
        BinaryPrimitives.WriteUInt64LittleEndian(attributes[32..], scheduler.Deadline);
        BinaryPrimitives.WriteUInt64LittleEndian(attributes[40..], scheduler.Period);
        b.Call("set scheduling policy", SystemCall.SchedSetattr, [0, b.Bytes(attributes), 0], scheduler.Policy);
    }

    private void EmitMemoryPolicy(LaunchBuilder b)
    {
        if (linux.MemoryPolicy is not { } policy) { return; }

        int mode = Number("linux.memoryPolicy.mode", policy.Mode, "MPOL_", MemoryModes);
        foreach (string flag in policy.Flags)
        {
            mode |= flag switch
            {
                "MPOL_F_STATIC_NODES" => 1 << 15,
                "MPOL_F_RELATIVE_NODES" => 1 << 14,
                "MPOL_F_NUMA_BALANCING" => 1 << 13,
                _ => throw RuntimeException.Invalid("linux.memoryPolicy.flags", $"\"{flag}\" is not known"),
            };
        }

        byte[] nodes = NodeMask(policy.Nodes ?? "");
        b.Call("set memory policy", SystemCall.SetMempolicy, [mode, b.Bytes(nodes), (nodes.Length * 8) + 1], policy.Mode);
    }

    private void EmitPersonality(LaunchBuilder b)
    {
        if (linux.Personality is not { } personality) { return; }

        if (personality.Flags.Count > 0) { throw RuntimeException.Invalid("linux.personality.flags", "the specification defines none yet"); }

        long domain = personality.Domain switch
        {
            "LINUX" => 0,
            "LINUX32" => 8,
            _ => throw RuntimeException.Invalid("linux.personality.domain", $"\"{personality.Domain}\" is not known"),
        };
        b.Call("set execution domain", SystemCall.Personality, [domain], personality.Domain);
    }

    private static byte[] NodeMask(string list)
    {
        byte[] mask = new byte[128];
        foreach (string range in list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            string[] ends = range.Split('-');
            bool valid = int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out int first) & int.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out int last);
            if (!valid || ends.Length > 2 || last < first || last >= mask.Length * 8) { throw RuntimeException.Invalid("linux.memoryPolicy.nodes", $"\"{range}\" is no range of nodes"); }

            for (int node = first; node <= last; node++) { mask[node / 8] |= (byte)(1 << (node % 8)); }
        }

        return mask;
    }

    private static int Number(string field, string name, string prefix, string[] known)
    {
        int number = name.StartsWith(prefix, StringComparison.Ordinal) ? Array.IndexOf(known, name[prefix.Length..]) : -1;
        return number >= 0 ? number : throw RuntimeException.Invalid(field, $"\"{name}\" is not known");
    }
}
