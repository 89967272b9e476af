using System.Runtime.InteropServices;

namespace Inro.Linux.Memory;

/// <summary>This program's own file as it is mapped. See elf(5), getauxval(3), madvise(2).</summary>
public static unsafe partial class ProgramImage
{
    private const nuint HeadersEntry = 3; // AT_PHDR
    private const nuint CountEntry = 5; // AT_PHNUM
    private const uint Load = 1; // PT_LOAD
    private const uint HeadersSelf = 6; // PT_PHDR
    private const uint Writable = 2; // PF_W
    private const int RandomAccess = 1; // MADV_RANDOM
    private const ulong PieceBytes = 16 << 10;

    /// <summary>
    /// Has the kernel map little around what is touched of the program's data. It maps up to 64 KB around each first touch, and never beyond a
    /// mapping's end: so every second piece gets an advice that changes nothing but makes it a mapping of its own. For a process whose memory counts
    /// more than a few dozen page faults.
    /// </summary>
    public static void MapFinely()
    {
        var header = (Header*)getauxval(HeadersEntry);
        nuint count = getauxval(CountEntry);
        if (header is null) { return; }

        ulong bias = 0;
        for (nuint i = 0; i < count; i++)
        {
            if (header[i].Type == HeadersSelf) { bias = (ulong)header - header[i].Address; }
        }

        for (nuint i = 0; i < count; i++)
        {
            if (header[i].Type == Load && (header[i].Flags & Writable) != 0) { Split(bias + header[i].Address, header[i].FileBytes); }
        }
    }

    private static void Split(ulong address, ulong length)
    {
        ulong end = address + length;
        for (ulong at = (address + PieceBytes - 1) & ~(PieceBytes - 1); at + (2 * PieceBytes) <= end; at += 2 * PieceBytes)
        {
            _ = madvise((void*)at, (nuint)PieceBytes, RandomAccess); // an advice: where it is not taken nothing is lost
        }
    }

    [LibraryImport("libc")]
    private static partial nuint getauxval(nuint type);

    [LibraryImport("libc")]
    private static partial int madvise(void* address, nuint length, int advice);

    /// <summary>Elf64_Phdr.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Header
    {
        public uint Type;
        public uint Flags;
        public ulong Offset;
        public ulong Address;
        public ulong PhysicalAddress;
        public ulong FileBytes;
        public ulong MemoryBytes;
        public ulong Alignment;
    }
}
