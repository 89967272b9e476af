using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Inro.Linux.Descriptors;

public static unsafe partial class Descriptor
{
    private const int EmptyPath = 0x1000; // AT_EMPTY_PATH
    private const uint BasicStats = 0x7ff; // STATX_BASIC_STATS
    private const int StatxBytes = 256;

    /// <summary>Which file a descriptor leads to. See statx(2).</summary>
    public static FileIdentity Identity(SafeFileHandle file)
    {
        Statx facts;
        if (statx(file, "", EmptyPath, BasicStats, &facts) < 0) { throw LinuxException.FromLastError("statx", "descriptor"); }

        return new FileIdentity(
            facts.DeviceMajor, facts.DeviceMinor, facts.Inode, (long)facts.Size, facts.Mode,
            (facts.ModifiedSeconds * 1_000_000_000) + facts.ModifiedNanoseconds);
    }

    // unsafe: the kernel fills a struct.
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statx(SafeFileHandle directory, string path, int flags, uint mask, Statx* facts);

    /// <summary>struct statx; the fields used here.</summary>
    [StructLayout(LayoutKind.Explicit, Size = StatxBytes)]
    private struct Statx
    {
        [FieldOffset(28)] public ushort Mode;
        [FieldOffset(32)] public ulong Inode;
        [FieldOffset(40)] public ulong Size;
        [FieldOffset(112)] public long ModifiedSeconds;
        [FieldOffset(120)] public uint ModifiedNanoseconds;
        [FieldOffset(136)] public uint DeviceMajor;
        [FieldOffset(140)] public uint DeviceMinor;
    }
}
