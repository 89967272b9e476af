using Inro.Spec.Runtime;
using static Inro.Runtime.Resources.LimitValues;

namespace Inro.Runtime.Resources;

/// <summary>Memory limits. v1 counts memory+swap together, v2 counts swap alone; the configuration has v1's meaning.</summary>
internal static class MemoryValues
{
    public const string LegacyLimit = "memory.limit_in_bytes";
    public const string LegacyBoth = "memory.memsw.limit_in_bytes";
    private const long Unlimited = -1;

    public static void Add(CgroupWriteList writes, MemoryResources memory)
    {
        if (!Asks(memory)) { return; }

        CgroupSlot slot = writes.Require("memory", "memory");
        Check(memory);
        if (slot.IsUnified) { AddUnified(slot, memory); }
        else { AddLegacy(slot, memory); }
    }

    /// <summary>Swap alone, as v2 wants it, from v1's sum. Null: nothing is to be written.</summary>
    internal static string? SwapAlone(long? limit, long? both) => (limit ?? 0, both ?? 0) switch
    {
        (Unlimited, 0) => "max",
        (_, 0) => null,
        (_, < 0) => "max",
        (<= 0, _) => throw new ResourceException("linux.resources.memory.swap is set without memory.limit, of which it must be the larger part", remedy: "set memory.limit too"),
        var (memory, sum) => Text(sum - memory),
    };

    private static bool Asks(MemoryResources m) =>
        m.Limit is not (null or 0) || m.Reservation is not (null or 0) || m.Swap is not (null or 0) || m.KernelTcp is not (null or 0)
        || m.Swappiness is not null || m.DisableOomKiller is true;

    private static void Check(MemoryResources memory)
    {
        if (memory is { Limit: > 0, Swap: > 0 } && memory.Swap < memory.Limit)
        {
            throw new ResourceException(
                $"linux.resources.memory.swap ({memory.Swap} bytes) counts memory and swap together and is below memory.limit ({memory.Limit} bytes)",
                remedy: "set memory.swap to at least memory.limit, or to -1 for no limit");
        }

        if (memory.Swappiness > 100) { throw new ResourceException($"linux.resources.memory.swappiness is {memory.Swappiness}, but goes from 0 to 100"); }
    }

    private static void AddUnified(CgroupSlot slot, MemoryResources memory)
    {
        if (memory.DisableOomKiller is true)
        {
            throw new ResourceException("linux.resources.memory.disableOOMKiller is set, but cgroup v2 cannot switch the OOM killer off", remedy: "leave it out");
        }

        // Swap first: a limit below what is in use may need the room.
        if (SwapAlone(memory.Limit, memory.Swap) is { } swap)
        {
            slot.List.Add(new(slot.Index, "memory.swap.max", swap) { Field = "memory.swap", MayBeAbsent = swap is "0" or "max" }); // absent: a kernel without swap accounting
        }

        if (memory.Limit is { } limit and not 0) { slot.Write("memory.limit", "memory.max", Bytes(limit)); }
        if (memory.Reservation is { } low and not 0) { slot.Write("memory.reservation", "memory.low", Bytes(low)); }
    }

    private static void AddLegacy(CgroupSlot slot, MemoryResources memory)
    {
        // A new cgroup is unlimited in both, and the sum may never be below the limit: the limit comes first.
        // An update looks at what is in force (CgroupSet.Update).
        if (memory.Limit is { } limit and not 0) { slot.Write("memory.limit", LegacyLimit, Text(limit)); }
        long both = memory.Swap ?? 0;
        if (both == 0 && memory.Limit == Unlimited) { both = Unlimited; }
        if (both != 0)
        {
            slot.List.Add(new(slot.Index, LegacyBoth, Text(both)) { Field = "memory.swap", MayBeAbsent = both == Unlimited || both == memory.Limit });
        }

        if (memory.Reservation is { } low and not 0) { slot.Write("memory.reservation", "memory.soft_limit_in_bytes", Text(low)); }
        if (memory.KernelTcp is { } tcp and not 0) { slot.Write("memory.kernelTCP", "memory.kmem.tcp.limit_in_bytes", Text(tcp)); }
        if (memory.DisableOomKiller is true) { slot.Write("memory.disableOOMKiller", "memory.oom_control", "1"); }
        if (memory.Swappiness is { } swappiness) { slot.Write("memory.swappiness", "memory.swappiness", Text(swappiness)); }
    }

    private static string Bytes(long value) => value < 0 ? "max" : Text(value);
}
