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
    private const ulong PresentOfFile = (1UL << 63) | (1UL << 61); // pagemap: in memory; a page of the file
    private static readonly ulong PageBytes = (ulong)Environment.SystemPageSize;

    /// <summary>
    /// Lets go of every page of a mapped file that was never changed: start-up touched most of them, a process that waits needs few.
    /// They stay in the page cache and come back by themselves when they are used.
    /// </summary>
    /// <param name="isAlone">True if no other thread runs: then pages of writable mappings go too. Else a first change between the look and the release would be lost.</param>
    /// <returns>Bytes of address space let go; 0 where /proc does not tell.</returns>
    public static long Release(bool isAlone)
    {
        using SafeFileHandle? smaps = Descriptor.OpenIfThere("/proc/self/smaps", OpenFlags.Read);
        if (smaps is null) { return 0; }

        using SafeFileHandle? pages = isAlone ? Descriptor.OpenIfThere("/proc/self/pagemap", OpenFlags.Read) : null;
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
                released += Take(buffer.Slice(begin, length), ref mapping, pages);
            }

            buffer[begin..filled].CopyTo(buffer);
            filled -= begin;
            if (filled == buffer.Length) { return released; } // a line longer than any path
        }
    }

    /// <summary>Reads the first line of a mapping in smaps: <c>START-END PERMISSIONS OFFSET DEVICE INODE PATH</c>.</summary>
    /// <param name="isPrivateFile">True if it is a file's and changes stay this process's own.</param>
    public static bool TryParse(ReadOnlySpan<byte> line, out ulong start, out ulong end, out bool isPrivateFile)
    {
        start = end = 0;
        isPrivateFile = false;
        int dash = line.IndexOf((byte)'-');
        int space = line.IndexOf((byte)' ');
        bool ranged = dash > 0 && space > dash && TryHex(line[..dash], out start) && TryHex(line[(dash + 1)..space], out end);
        if (!ranged || end <= start) { return false; }

        ReadOnlySpan<byte> rest = line[(space + 1)..];
        isPrivateFile = rest is [_, _, _, (byte)'p', ..] && rest.IndexOf((byte)'/') >= 0;
        return true;
    }

    private static long Take(ReadOnlySpan<byte> line, ref Mapping mapping, SafeFileHandle? pages)
    {
        if (TryParse(line, out ulong start, out ulong end, out bool isPrivateFile))
        {
            mapping = new Mapping(start, end, isPrivateFile);
            return 0;
        }

        if (!mapping.IsPrivateFile || !line.StartsWith("Anonymous: "u8)) { return 0; }

        // Changed pages are anonymous and must stay: relocations, data.
        bool isUnchanged = line.TrimEnd(" kB"u8).EndsWith(" 0"u8);
        return isUnchanged ? Release(mapping.Start, mapping.End) : pages is null ? 0 : ReleaseUnchanged(mapping, pages);
    }

    private static long ReleaseUnchanged(Mapping mapping, SafeFileHandle pages)
    {
        Span<ulong> entries = stackalloc ulong[BufferBytes / sizeof(ulong)];
        long released = 0;
        for (ulong at = mapping.Start; at < mapping.End; at += (ulong)entries.Length * PageBytes)
        {
            int count = (int)Math.Min((ulong)entries.Length, (mapping.End - at) / PageBytes);
            int length = RandomAccess.Read(pages, MemoryMarshal.AsBytes(entries[..count]), (long)(at / PageBytes * sizeof(ulong)));
            if (length != count * sizeof(ulong)) { return released; }

            for (int first = 0; first < count; first++)
            {
                int past = first;
                while (past < count && (entries[past] & PresentOfFile) == PresentOfFile) { past++; }

                if (past > first) { released += Release(at + ((ulong)first * PageBytes), at + ((ulong)past * PageBytes)); }

                first = past;
            }
        }

        return released;
    }

    private static long Release(ulong start, ulong end) => madvise((void*)start, (nuint)(end - start), DontNeed) < 0 ? 0 : (long)(end - start);

    private static bool TryHex(ReadOnlySpan<byte> text, out ulong value) =>
        ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);

    // unsafe: an address range.
    [LibraryImport("libc", SetLastError = true)]
    private static partial int madvise(void* address, nuint length, int advice);

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Mapping(ulong Start, ulong End, bool IsPrivateFile);
}
