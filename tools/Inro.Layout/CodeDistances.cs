using System.Buffers.Binary;
using Iced.Intel;

namespace Inro.Layout;

/// <summary>Copies x86-64 functions to new places and corrects the distances in them: calls, jumps and addresses relative to the instruction.</summary>
internal sealed class CodeDistances
{
    private const int RelocationBytes = 24;
    private const int DistanceBytes = 4;

    private readonly HashSet<long> relocated = [];
    private readonly Func<long, long> moved;

    /// <param name="relocations">Those of the section: what the linker fills in is left alone.</param>
    /// <param name="moved">From an old offset to the new one.</param>
    public CodeDistances(ReadOnlySpan<byte> relocations, Func<long, long> moved)
    {
        this.moved = moved;
        for (int at = 0; at < relocations.Length; at += RelocationBytes)
        {
            relocated.Add(BinaryPrimitives.ReadInt64LittleEndian(relocations[at..]));
        }
    }

    /// <exception cref="InvalidDataException">An instruction is not known, or reaches out of its function in a way that cannot be corrected.</exception>
    public void Copy(byte[] code, int start, Span<byte> target)
    {
        code.AsSpan(start, target.Length).CopyTo(target);
        int end = start + target.Length;
        var decoder = Decoder.Create(64, new ByteArrayCodeReader(code, start, target.Length), (ulong)start);
        while (decoder.IP < (ulong)end)
        {
            decoder.Decode(out Instruction instruction);
            if (instruction.IsInvalid)
            {
                throw new InvalidDataException($"no known instruction at {instruction.IP:x} of the code");
            }

            if (Destination(instruction) is { } destination && (destination < start || destination >= end))
            {
                Correct(decoder.GetConstantOffsets(instruction), instruction, destination, target, start);
            }
        }
    }

    private void Correct(ConstantOffsets offsets, Instruction instruction, long destination, Span<byte> target, int start)
    {
        bool memory = instruction.IsIPRelativeMemoryOperand;
        int offset = (int)instruction.IP - start + (memory ? offsets.DisplacementOffset : offsets.ImmediateOffset);
        if (relocated.Contains(start + offset))
        {
            return;
        }

        if ((memory ? offsets.DisplacementSize : offsets.ImmediateSize) != DistanceBytes)
        {
            throw new InvalidDataException($"the instruction at {instruction.IP:x} of the code reaches out of its function with too short a distance");
        }

        long distance = moved(destination) - (moved(start) + ((long)instruction.NextIP - start));
        BinaryPrimitives.WriteInt32LittleEndian(target[offset..], checked((int)distance));
    }

    private static long? Destination(Instruction instruction)
    {
        if (instruction.IsIPRelativeMemoryOperand)
        {
            return (long)instruction.IPRelativeMemoryAddress;
        }

        bool branch = instruction.OpCount > 0 && instruction.Op0Kind == OpKind.NearBranch64;
        return branch ? (long)instruction.NearBranch64 : null;
    }
}
