using System.Buffers.Binary;
using System.Globalization;
using Inro.Linux;
using Inro.Runtime.Launch;
using Inro.Spec.Runtime;

namespace Inro.Runtime.Steps;

/// <summary>Resource limits, scheduling, input and output priority, execution domain, NUMA policy.</summary>
internal sealed class LimitsStep : ILaunchStep
{
    /// <summary>Descriptors that a launch may need at once, besides those of its mounts.</summary>
    private const ulong UsualDescriptors = 512;

    /// <summary>A mount's source, place and file system stay open until the program starts.</summary>
    private const ulong DescriptorsOfMount = 4;

    private const int IoClassShift = 13;

    private static readonly string[] RlimitNames =
    [
        "CPU", "FSIZE", "DATA", "STACK", "CORE", "RSS", "NPROC", "NOFILE", "MEMLOCK", "AS", "LOCKS", "SIGPENDING", "MSGQUEUE", "NICE", "RTPRIO", "RTTIME",
    ];

    private readonly ProcessConfig process;
    private readonly ulong lowestEarly;
    private readonly int[] rlimits;
    private readonly int? ioPriority;
    private readonly byte[]? scheduler;
    private readonly MemoryPolicy? memoryPolicy;
    private readonly (long Number, string Name)? domain;

    /// <param name="mounts">How many the launch makes.</param>
    /// <exception cref="RuntimeException">A value is none; the message names the field.</exception>
    public LimitsStep(LinuxConfig linux, ProcessConfig process, int mounts)
    {
        lowestEarly = UsualDescriptors + (DescriptorsOfMount * (ulong)mounts);
        this.process = process;
        rlimits = Numbers(process.Rlimits);
        ioPriority = process.IoPriority is { } io ? Priority(io) : null;
        scheduler = process.Scheduler is { } policy ? SchedulerAttributes.Of(policy) : null;
        memoryPolicy = linux.MemoryPolicy is { } memory ? new MemoryPolicy(memory) : null;
        domain = linux.Personality is { } personality ? (Domain(personality), personality.Domain) : null;
    }

    public string Name => "limits";

    public void Emit(LaunchBuilder builder)
    {
        if (ioPriority is { } priority) { builder.Call("set input and output priority", SystemCall.IoprioSet, [1, 0, priority]); }

        if (scheduler is not null) { builder.Call("set scheduling policy", SystemCall.SchedSetattr, [0, builder.Bytes(scheduler), 0], process.Scheduler!.Policy); }

        if (memoryPolicy is { } policy)
        {
            builder.Call("set memory policy", SystemCall.SetMempolicy, [policy.Mode, builder.Bytes(policy.Nodes), (policy.Nodes.Length * 8) + 1], policy.Name);
        }

        if (domain is { } execution) { builder.Call("set execution domain", SystemCall.Personality, [execution.Number], execution.Name); }

        EmitRlimits(builder, isLate: false);
    }

    /// <summary>A low limit of descriptors comes last: the launch itself needs some.</summary>
    public void EmitDescriptorLimit(LaunchBuilder builder) => EmitRlimits(builder, isLate: true);

    public string? Remedy(LaunchOperation operation, Errno errno) => errno == Errno.EPERM && operation.Call == SystemCall.Prlimit64
        ? "raising a hard limit needs CAP_SYS_RESOURCE; ask for no more than this process's own"
        : null;

    private void EmitRlimits(LaunchBuilder b, bool isLate)
    {
        Span<byte> pair = stackalloc byte[16];
        for (int i = 0; i < rlimits.Length; i++)
        {
            RlimitConfig limit = process.Rlimits[i];
            if ((limit.Type == "RLIMIT_NOFILE" && limit.Soft < lowestEarly) != isLate) { continue; }

            BinaryPrimitives.WriteUInt64LittleEndian(pair, limit.Soft);
            BinaryPrimitives.WriteUInt64LittleEndian(pair[8..], limit.Hard);
            b.Call("set limit", SystemCall.Prlimit64, [0, rlimits[i], b.Bytes(pair), Argument.Null], limit.Type);
        }
    }

    private static int[] Numbers(IReadOnlyList<RlimitConfig> limits)
    {
        int[] numbers = new int[limits.Count];
        for (int i = 0; i < numbers.Length; i++)
        {
            string field = string.Create(CultureInfo.InvariantCulture, $"process.rlimits[{i}]");
            numbers[i] = KernelNames.Number(field + ".type", limits[i].Type, "RLIMIT_", RlimitNames);
            if (numbers.AsSpan(0, i).Contains(numbers[i])) { throw RuntimeException.Invalid(field + ".type", $"{limits[i].Type} is given twice"); }

            if (limits[i].Soft > limits[i].Hard) { throw RuntimeException.Invalid(field, $"the soft limit {limits[i].Soft} is above the hard limit {limits[i].Hard}"); }
        }

        return numbers;
    }

    private static int Priority(IoPriorityConfig io)
    {
        int type = io.Class switch
        {
            "IOPRIO_CLASS_RT" => 1,
            "IOPRIO_CLASS_BE" => 2,
            "IOPRIO_CLASS_IDLE" => 3,
            _ => throw RuntimeException.Invalid("process.ioPriority.class", $"\"{io.Class}\" is not known"),
        };
        return io.Priority is >= 0 and <= 7 ? (type << IoClassShift) | io.Priority : throw RuntimeException.Invalid("process.ioPriority.priority", "must be from 0 to 7");
    }

    private static long Domain(PersonalityConfig personality)
    {
        if (personality.Flags.Count > 0) { throw RuntimeException.Invalid("linux.personality.flags", "the specification defines none yet"); }

        return personality.Domain switch
        {
            "LINUX" => 0,
            "LINUX32" => 8,
            _ => throw RuntimeException.Invalid("linux.personality.domain", $"\"{personality.Domain}\" is not known"),
        };
    }
}
