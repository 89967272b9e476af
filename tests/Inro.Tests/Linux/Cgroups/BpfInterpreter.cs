using System.Buffers.Binary;

namespace Inro.Tests.Linux.Cgroups;

/// <summary>The instructions that programs of cgroups use, carried out.</summary>
internal static class BpfInterpreter
{
    /// <param name="program">Eight bytes for each instruction.</param>
    /// <param name="context">The words that the program may read and write.</param>
    /// <returns>Whether it allows.</returns>
    public static bool Run(ReadOnlySpan<byte> program, uint[] context)
    {
        long[] registers = new long[16];
        for (int pc = 0; ; pc++)
        {
            ReadOnlySpan<byte> i = program.Slice(pc * 8, 8);
            int target = i[1] & 15, source = i[1] >> 4;
            short offset = BinaryPrimitives.ReadInt16LittleEndian(i[2..]);
            int k = BinaryPrimitives.ReadInt32LittleEndian(i[4..]);
            switch (i[0])
            {
                case 0x61: registers[target] = context[offset / 4]; break;
                case 0x63: context[offset / 4] = (uint)registers[source]; break;
                case 0xbf: registers[target] = registers[source]; break;
                case 0x57: registers[target] &= k; break;
                case 0x77: registers[target] >>>= k; break;
                case 0xb4: registers[target] = (uint)k; break;
                case 0xb7: registers[target] = k; break;
                case 0x05: pc += offset; break;
                case 0x55: pc += registers[target] != k ? offset : 0; break;
                case 0x45: pc += (registers[target] & k) != 0 ? offset : 0; break;
                case 0x95: return registers[0] == 1;
                case var other: throw new InvalidOperationException($"instruction {other:x} at {pc}");
            }
        }
    }
}
