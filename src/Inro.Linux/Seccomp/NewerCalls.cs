using System.Buffers.Binary;

namespace Inro.Linux.Seccomp;

/// <summary>Puts a test before a filter: calls of the native ABI above a number do not exist.</summary>
/// <remarks>
/// A profile cannot know calls that came after it. With its default errno (EPERM) libraries give up; with ENOSYS they take the way that worked before
/// the call existed. See seccomp(2), struct seccomp_data: number at 0, architecture at 4.
/// </remarks>
internal static class NewerCalls
{
    private const uint ReturnEnosys = 0x0005_0000 | 38;
    private const uint FirstX32Call = 0x4000_0000; // x32 has x86-64's architecture and this bit

    public static byte[] Prepend(ReadOnlySpan<byte> program, uint architecture, int newest)
    {
        Span<ulong> test =
        [
            Instruction(0x20, 0, 0, 4),                   // load the architecture
            Instruction(0x15, 0, 4, architecture),        // another one: to the filter
            Instruction(0x20, 0, 0, 0),                   // load the number
            Instruction(0x35, 2, 0, FirstX32Call),        // x32: to the filter
            Instruction(0x25, 0, 1, (uint)newest),        // known: to the filter
            Instruction(0x06, 0, 0, ReturnEnosys),
        ];
        byte[] whole = new byte[(test.Length * 8) + program.Length];
        for (int i = 0; i < test.Length; i++) { BinaryPrimitives.WriteUInt64LittleEndian(whole.AsSpan(i * 8), test[i]); }
        program.CopyTo(whole.AsSpan(test.Length * 8));
        return whole;
    }

    // struct sock_filter: code, jump if true, jump if false, operand.
    private static ulong Instruction(ushort code, byte yes, byte no, uint operand) => code | ((ulong)yes << 16) | ((ulong)no << 24) | ((ulong)operand << 32);
}
