using System.Runtime.InteropServices;

namespace Inro.Linux.Files;

/// <summary>Who owns a file, without following a link.</summary>
public static unsafe partial class FileOwner
{
    private const int AtCurrentDirectory = -100;
    private const int AtSymlinkNoFollow = 0x100;
    private const uint WantMode = 0x3; // STATX_TYPE | STATX_MODE
    private const uint WantUser = 0x8; // STATX_UID

    /// <summary>Owner, type and permission bits of what is at <paramref name="path"/>; a link is the link itself. See statx(2).</summary>
    public static (uint User, ushort Mode) Of(string path)
    {
        Statx data = default;
        return statx(AtCurrentDirectory, path, AtSymlinkNoFollow, WantMode | WantUser, &data) == 0
            ? (data.User, data.Mode)
            : throw LinuxException.FromLastError("statx", path);
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statx(int directory, string path, int flags, uint mask, Statx* data);

    /// <summary>struct statx: 256 bytes, of which the beginning is read.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Statx
    {
        public uint Mask;
        public uint BlockSize;
        public ulong Attributes;
        public uint Links;
        public uint User;
        public uint Group;
        public ushort Mode;
        public fixed byte Rest[256 - 30];
    }
}
