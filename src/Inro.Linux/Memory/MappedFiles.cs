using System.Globalization;
using System.Runtime.InteropServices;
using Inro.Linux.Descriptors;
using Inro.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace Inro.Linux.Memory;

/// <summary>The files (this program, its libraries) that this process has mapped. See proc(5), madvise(2).</summary>
public static unsafe partial class MappedFiles
{
    private const int BufferBytes = 8 * 1024;
    private const int DontNeed = 4; // MADV_DONTNEED

    /// <summary>
    /// Lets go of every page of a read-only mapped file that was never changed: start-up touched most of them, a process that waits
    /// needs few. They stay in the page cache and come back by themselves when they are used.
    /// </summary>
    /// <returns>Bytes of address space let go; 0 where /proc does not tell.</returns>
    public static long Release()
    {
        using SafeFileHandle? smaps = Descriptor.OpenIfThere("/proc/self/smaps", OpenFlags.Read);
        if (smaps is null) { return 0; }

        Span<byte> buffer = stackalloc byte[BufferBytes];
        int filled = 0;
        Mapping mapping = default;
        long released = 0;
        for (; ; )
        {
            int count = Descriptor.Read(smaps, buffer[filled..]);
            if (count <= 0) { return released; }

            filled += count;
            int begin = 0;
            for (int length; (length = buffer[begin..filled].IndexOf((byte)'\n')) >= 0; begin += length + 1)
            {
                released += Take(buffer.Slice(begin, length), ref mapping);
            }

            buffer[begin..filled].CopyTo(buffer);
            filled -= begin;
            if (filled == buffer.Length) { return released; } // a line longer than any path
        }
    }

    /// <summary>Reads the first line of a mapping in smaps: <c>START-END PERMISSIONS OFFSET DEVICE INODE PATH</c>.</summary>
    public static bool TryParse(ReadOnlySpan<byte> line, out ulong start, out ulong end, out bool isReadOnlyFile)
    {
        start = end = 0;
        isReadOnlyFile = false;
        int dash = line.IndexOf((byte)'-');
        int space = line.IndexOf((byte)' ');
        bool ranged = dash > 0 && space > dash && TryHex(line[..dash], out start) && TryHex(line[(dash + 1)..space], out end);
        if (!ranged || end <= start) { return false; }

        ReadOnlySpan<byte> rest = line[(space + 1)..];
        bool isWritable = rest is not [_, (byte)'-', _, (byte)'p', ..];
        isReadOnlyFile = !isWritable && rest.IndexOf((byte)'/') >= 0;
        return true;
    }

    private static long Take(ReadOnlySpan<byte> line, ref Mapping mapping)
    {
        if (TryParse(line, out ulong start, out ulong end, out bool isReadOnlyFile))
        {
            mapping = new Mapping(start, end, isReadOnlyFile);
            return 0;
        }

        // Pages that were changed before they became read-only (relocations) are anonymous: they must stay.
        bool clean = mapping.IsReadOnlyFile && line.StartsWith("Anonymous: "u8) && line.TrimEnd(" kB"u8).EndsWith(" 0"u8);
        if (!clean || madvise((void*)mapping.Start, (nuint)(mapping.End - mapping.Start), DontNeed) < 0) { return 0; }

        return (long)(mapping.End - mapping.Start);
    }

    private static bool TryHex(ReadOnlySpan<byte> text, out ulong value) =>
        ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);

    // unsafe: an address range.
    [LibraryImport("libc", SetLastError = true)]
    private static partial int madvise(void* address, nuint length, int advice);

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Mapping(ulong Start, ulong End, bool IsReadOnlyFile);
}
