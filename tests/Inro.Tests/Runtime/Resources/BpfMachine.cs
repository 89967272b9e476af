using System.Buffers.Binary;

namespace Inro.Tests.Runtime.Resources;

/// <summary>Runs a classic BPF program over one system call as the kernel would, so that a filter's answers can be asked without loading it.</summary>
internal static class BpfMachine
{
    public const uint Allow = 0x7fff_0000;
    public const uint Eperm = 0x0005_0000 | 1;
    public const uint Enosys = 0x0005_0000 | 38;
    public const uint KillProcess = 0x8000_0000;
    public const uint X86_64 = 0xC000_003E;
    public const uint X86 = 0x4000_0003;

    /// <summary>The action for a call; see seccomp(2), struct seccomp_data.</summary>
    public static uint Ask(ReadOnlySpan<byte> program, uint architecture, int call, params ulong[] arguments)
    {
        byte[] data = new byte[64];
        BinaryPrimitives.WriteInt32LittleEndian(data, call);
        BinaryPrimitives.WriteUInt32LittleEndian(data.AsSpan(4), architecture);
        for (int i = 0; i < arguments.Length; i++) { BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(16 + (i * 8)), arguments[i]); }

        uint a = 0;
        for (int pc = 0; ; pc++)
        {
            ReadOnlySpan<byte> i = program.Slice(pc * 8, 8);
            uint k = BinaryPrimitives.ReadUInt32LittleEndian(i[4..]);
            switch (BinaryPrimitives.ReadUInt16LittleEndian(i))
            {
                case 0x20: a = BinaryPrimitives.ReadUInt32LittleEndian(data.AsSpan((int)k)); break;
                case 0x54: a &= k; break;
                case 0x05: pc += (int)k; break;
                case 0x15: pc += a == k ? i[2] : i[3]; break;
                case 0x25: pc += a > k ? i[2] : i[3]; break;
                case 0x35: pc += a >= k ? i[2] : i[3]; break;
                case 0x45: pc += (a & k) != 0 ? i[2] : i[3]; break;
                case 0x06: return k;
                case var other: throw new InvalidOperationException($"instruction {other:x} at {pc}");
            }
        }
    }
}
