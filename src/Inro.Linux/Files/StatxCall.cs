using System.Runtime.InteropServices;

namespace Inro.Linux.Files;

/// <summary>The call statx(2) and its structure, for <see cref="DirFd"/> and <see cref="FileDescriptor"/>.</summary>
internal static unsafe partial class StatxCall
{
    private const int NoFollow = 0x100; // AT_SYMLINK_NOFOLLOW
    private const int EmptyPath = 0x1000; // AT_EMPTY_PATH
    private const uint BasicFields = 0x7FF; // STATX_BASIC_STATS
    private const uint MountField = 0x1000; // STATX_MNT_ID, Linux 5.8

    /// <summary>Looks at a name in a directory, or, with an empty name, at the descriptor itself. Links are not followed.</summary>
    public static Errno Try(SafeHandle directory, ReadOnlySpan<byte> name, out FileStatus status)
    {
        Statx s;
        int result;
        fixed (byte* p = name)
        {
            result = statx(directory, p, NoFollow | EmptyPath, BasicFields | MountField, &s);
        }

        if (result < 0)
        {
            status = default;
            return (Errno)Marshal.GetLastPInvokeError();
        }

        status = new FileStatus
        {
            Mode = s.Mode,
            UserId = s.UserId,
            GroupId = s.GroupId,
            Size = (long)s.Size,
            Blocks = (long)s.Blocks,
            Inode = s.Inode,
            Links = s.Links,
            Device = (s.DeviceMajor, s.DeviceMinor),
            Mount = (s.Mask & MountField) != 0 ? s.Mount : 0,
            Node = (s.NodeMajor, s.NodeMinor),
            Modified = new TimeSpec { Seconds = s.Modified.Seconds, Nanoseconds = s.Modified.Nanoseconds },
            Accessed = new TimeSpec { Seconds = s.Accessed.Seconds, Nanoseconds = s.Accessed.Nanoseconds },
        };
        return Errno.None;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int statx(SafeHandle directory, byte* path, int flags, uint mask, Statx* result);

    [StructLayout(LayoutKind.Sequential)]
    private struct StatxTime
    {
        public long Seconds;
        public uint Nanoseconds;
        public int Reserved;
    }

    /// <summary>struct statx of statx(2), 256 bytes.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 256)]
    private struct Statx
    {
        public uint Mask;
        public uint BlockSize;
        public ulong Attributes;
        public uint Links;
        public uint UserId;
        public uint GroupId;
        public ushort Mode;
        public ushort Spare0;
        public ulong Inode;
        public ulong Size;
        public ulong Blocks;
        public ulong AttributesMask;
        public StatxTime Accessed;
        public StatxTime Born;
        public StatxTime Changed;
        public StatxTime Modified;
        public uint NodeMajor;
        public uint NodeMinor;
        public uint DeviceMajor;
        public uint DeviceMinor;
        public ulong Mount;
    }
}
