namespace Inro.Linux.Cgroups;

/// <summary>Assembles the eBPF program that gives the packets of a v2 cgroup what v1's net_cls and net_prio give to theirs.</summary>
/// <remarks>
/// A packet has one field, its priority: small numbers choose a queue (net_prio), <c>MAJOR:MINOR</c> of a traffic class chooses the class (net_cls). As in the
/// kernel, an interface's priority is given to packets that have none; the class is given to packets that name no class yet.
/// See BPF_PROG_TYPE_CGROUP_SKB and struct __sk_buff in linux/bpf.h, tc(8) "CLASSIFICATION".
/// </remarks>
public static class PacketMarkProgram
{
    /// <summary>Room for what any host has; keeps the program far below what the verifier reads.</summary>
    public const int MaxInterfaces = 1024;

    private const short PriorityField = 32;
    private const short InterfaceField = 40;
    private const byte Priority = 2;
    private const byte Interface = 3;

    /// <summary>Makes the program's instructions, eight bytes each.</summary>
    /// <param name="classId">Major number in the upper half; 0 for none.</param>
    /// <param name="interfaces">Numbers of interfaces, and the priority of what leaves by them.</param>
    /// <exception cref="ArgumentException">More than <see cref="MaxInterfaces"/>.</exception>
    public static byte[] Assemble(uint classId, IReadOnlyList<(int Number, uint Priority)> interfaces)
    {
        if (interfaces.Count > MaxInterfaces) { throw new ArgumentException($"{interfaces.Count} interfaces; {MaxInterfaces} at most", nameof(interfaces)); }

        var code = new BpfCode();
        code.Emit(0x61, Priority, BpfCode.Context, PriorityField, 0);
        if (interfaces.Count > 0)
        {
            code.Emit(0x55, Priority, 0, (short)(1 + (interfaces.Count * SetAndReturn)), 0); // it has a priority: go on behind these
            code.Emit(0x61, Interface, BpfCode.Context, InterfaceField, 0);
            foreach ((int number, uint priority) in interfaces)
            {
                code.SkipUnless(Interface, number, SetAndReturn - 1);
                Set(code, priority);
                code.Return(allow: true);
            }
        }

        if (classId != 0)
        {
            code.Emit(0x77, Priority, 0, 0, 16);  // priority >>= 16
            code.SkipUnless(Priority, 0, 2);      // it names a class
            Set(code, classId);
        }

        code.Return(allow: true);
        return code.ToBytes();
    }

    /// <summary>How many instructions an interface takes.</summary>
    private const int SetAndReturn = 5;

    private static void Set(BpfCode code, uint value)
    {
        code.Emit(0xb4, Priority, 0, 0, (int)value);
        code.Emit(0x63, BpfCode.Context, Priority, PriorityField, 0);
    }
}
