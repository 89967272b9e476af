using System.Buffers.Binary;
using Inro.Spec.Runtime;

namespace Inro.Runtime.Steps;

/// <summary><c>process.scheduler</c> as the kernel's struct sched_attr. See sched_setattr(2).</summary>
internal static class SchedulerAttributes
{
    /// <summary>Bytes of the struct's first version.</summary>
    private const int Bytes = 48;

    private const string Fifo = "SCHED_FIFO";
    private const string RoundRobin = "SCHED_RR";
    private const string Deadline = "SCHED_DEADLINE";

    private static readonly string[] Policies = ["OTHER", "FIFO", "RR", "BATCH", "ISO", "IDLE", "DEADLINE"];
    private static readonly string[] Flags = ["RESET_ON_FORK", "RECLAIM", "DL_OVERRUN", "KEEP_POLICY", "KEEP_PARAMS", "UTIL_CLAMP_MIN", "UTIL_CLAMP_MAX"];

    /// <exception cref="RuntimeException">A value is none, or belongs to another policy.</exception>
    public static byte[] Of(SchedulerConfig scheduler)
    {
        int policy = KernelNames.Number("process.scheduler.policy", scheduler.Policy, "SCHED_", Policies);
        ulong flags = 0;
        foreach (string flag in scheduler.Flags) { flags |= 1UL << KernelNames.Number("process.scheduler.flags", flag, "SCHED_FLAG_", Flags); }

        Check(scheduler);
        byte[] attributes = new byte[Bytes];
        BinaryPrimitives.WriteUInt32LittleEndian(attributes, Bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(attributes.AsSpan(4), (uint)policy);
        BinaryPrimitives.WriteUInt64LittleEndian(attributes.AsSpan(8), flags);
        BinaryPrimitives.WriteInt32LittleEndian(attributes.AsSpan(16), scheduler.Nice);
        BinaryPrimitives.WriteInt32LittleEndian(attributes.AsSpan(20), scheduler.Priority);
        BinaryPrimitives.WriteUInt64LittleEndian(attributes.AsSpan(24), scheduler.Runtime);
        BinaryPrimitives.WriteUInt64LittleEndian(attributes.AsSpan(32), scheduler.Deadline);
        BinaryPrimitives.WriteUInt64LittleEndian(attributes.AsSpan(40), scheduler.Period);
        return attributes;
    }

    private static void Check(SchedulerConfig scheduler)
    {
        if (scheduler.Nice is < -20 or > 19) { throw RuntimeException.Invalid("process.scheduler.nice", "must be from -20 to 19"); }

        if (scheduler.Priority is < 0 or > 99) { throw RuntimeException.Invalid("process.scheduler.priority", "must be from 0 to 99"); }

        if (scheduler.Priority != 0 && scheduler.Policy is not (Fifo or RoundRobin))
        {
            throw RuntimeException.Invalid("process.scheduler.priority", $"is for {Fifo} and {RoundRobin}, not for {scheduler.Policy}");
        }

        if (scheduler.Policy != Deadline && (scheduler.Runtime | scheduler.Deadline | scheduler.Period) != 0)
        {
            throw RuntimeException.Invalid("process.scheduler", $"runtime, deadline and period are for {Deadline}, not for {scheduler.Policy}");
        }
    }
}

/// <summary>The specification's names that end in a kernel's, by the kernel's number.</summary>
internal static class KernelNames
{
    /// <param name="field">Where it stands, for the message.</param>
    /// <param name="name">As it was given.</param>
    /// <param name="prefix">What all begin with.</param>
    /// <param name="known">The rest of each name, in the order of the numbers.</param>
    /// <exception cref="RuntimeException">There is no such name.</exception>
    public static int Number(string field, string name, string prefix, string[] known)
    {
        int number = name.StartsWith(prefix, StringComparison.Ordinal) ? Array.IndexOf(known, name[prefix.Length..]) : -1;
        return number >= 0 ? number : throw RuntimeException.Invalid(field, $"\"{name}\" is not known");
    }
}
