using System.Buffers.Binary;
using System.Text;

namespace Inro.Runtime.Exec;

/// <summary>Finds in the head of a program what must exist beside it: a script's interpreter or an ELF program's dynamic linker.</summary>
internal static class Interpreter
{
    private const uint ProgramInterpreter = 3; // PT_INTERP

    /// <summary>The path of the interpreter; null if there is none, or none can be found in the head.</summary>
    public static string? Find(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith("#!"u8)) { return Script(head[2..]); }

        return head.StartsWith("\u007fELF"u8) && head.Length >= 64 && head[4] == 2 && head[5] == 1 ? Elf(head) : null;
    }

    private static string? Script(ReadOnlySpan<byte> line)
    {
        int end = line.IndexOf((byte)'\n');
        if (end >= 0) { line = line[..end]; }

        line = line.Trim(" \t"u8);
        int word = line.IndexOfAny((byte)' ', (byte)'\t');
        string path = Encoding.UTF8.GetString(word >= 0 ? line[..word] : line);
        return path.StartsWith('/') ? path : null;
    }

    private static string? Elf(ReadOnlySpan<byte> head)
    {
        ulong table = BinaryPrimitives.ReadUInt64LittleEndian(head[32..]);
        int size = BinaryPrimitives.ReadUInt16LittleEndian(head[54..]);
        int count = BinaryPrimitives.ReadUInt16LittleEndian(head[56..]);
        for (int i = 0; i < count && size >= 56; i++)
        {
            ulong start = table + ((ulong)i * (ulong)size);
            if (start + 56 < start || start + 56 > (ulong)head.Length) { return null; }

            ReadOnlySpan<byte> entry = head.Slice((int)start, 56);
            if (BinaryPrimitives.ReadUInt32LittleEndian(entry) != ProgramInterpreter) { continue; }

            ulong offset = BinaryPrimitives.ReadUInt64LittleEndian(entry[8..]);
            ulong length = BinaryPrimitives.ReadUInt64LittleEndian(entry[32..]);
            bool inside = offset < (ulong)head.Length && length <= (ulong)head.Length - offset;
            return inside ? Encoding.UTF8.GetString(head.Slice((int)offset, (int)length).TrimEnd((byte)0)) : null;
        }

        return null;
    }
}
