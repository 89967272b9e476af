using System.Buffers.Binary;

namespace Inro.Conformance.Oci;

/// <summary>Programs of a few instructions for x86-64: an ELF header, one loaded segment, the code. See elf(5).</summary>
internal static class SmallProgram
{
    private const ulong Address = 0x400000;
    private const int HeaderBytes = 64;
    private const int SegmentBytes = 56;

    /// <summary>Writes one.</summary>
    public static void Write(string path, ReadOnlySpan<byte> code)
    {
        byte[] file = new byte[HeaderBytes + SegmentBytes + code.Length];
        ReadOnlySpan<byte> identity = [0x7F, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1];
        identity.CopyTo(file);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(16), 2); // executable
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(18), 62); // x86-64
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(20), 1);
        BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(24), Address + HeaderBytes + SegmentBytes);
        BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(32), HeaderBytes);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(52), HeaderBytes);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(54), SegmentBytes);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(56), 1);
        Span<byte> segment = file.AsSpan(HeaderBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(segment, 1); // loaded
        BinaryPrimitives.WriteUInt32LittleEndian(segment[4..], 5); // readable, executable
        BinaryPrimitives.WriteUInt64LittleEndian(segment[16..], Address);
        BinaryPrimitives.WriteUInt64LittleEndian(segment[24..], Address);
        BinaryPrimitives.WriteUInt64LittleEndian(segment[32..], (ulong)file.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(segment[40..], (ulong)file.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(segment[48..], 0x1000);
        code.CopyTo(file.AsSpan(HeaderBytes + SegmentBytes));
        File.WriteAllBytes(path, file);
        File.SetUnixFileMode(path, (UnixFileMode)0b111_101_101);
    }
}
