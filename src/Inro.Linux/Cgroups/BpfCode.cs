using System.Buffers.Binary;

namespace Inro.Linux.Cgroups;

/// <summary>Instructions of an eBPF program, in order. See bpf(2) and linux/bpf.h.</summary>
internal sealed class BpfCode
{
    /// <summary>What the program answers (r0).</summary>
    public const byte Result = 0;

    /// <summary>Where its context is (r1).</summary>
    public const byte Context = 1;

    private readonly List<ulong> code = [];

    /// <summary>Eight bytes for each instruction.</summary>
    public byte[] ToBytes()
    {
        byte[] bytes = new byte[code.Count * 8];
        for (int i = 0; i < code.Count; i++) { BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(i * 8), code[i]); }
        return bytes;
    }

    /// <summary>Goes <paramref name="distance"/> instructions ahead unless a register has a value.</summary>
    public void SkipUnless(byte register, int value, int distance) => Emit(0x55, register, 0, (short)distance, value);

    /// <summary>Ends the program: two instructions.</summary>
    public void Return(bool allow)
    {
        Emit(0xb7, Result, 0, 0, allow ? 1 : 0);
        Emit(0x95, 0, 0, 0, 0);
    }

    /// <summary>struct bpf_insn: code, destination and source in one byte, offset, immediate.</summary>
    public void Emit(byte operation, byte destination, byte source, short offset, int immediate) =>
        code.Add(operation | ((ulong)(byte)(destination | (source << 4)) << 8) | ((ulong)(ushort)offset << 16) | ((ulong)(uint)immediate << 32));
}
