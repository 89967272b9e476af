using System.Runtime.InteropServices;

namespace Inro.Linux.Mounts;

/// <summary>Attributes of the mount that a path lies on.</summary>
public static unsafe partial class MountStatus
{
    private const int FlagsIndex = 10;
    private const long NoAccessTime = 0x400;
    private const long NoDirectoryAccessTime = 0x800;
    private const long RelativeAccessTime = 0x1000;
    private const long NoSymlinks = 0x2000;
    private const long SameBits = 0xF; // read-only, no set-user-id, no devices, no execution: as in mount_setattr

    /// <summary>Reads them; none for a path that does not exist, which whoever mounts it will find out. See statfs(2), f_flags.</summary>
    public static MountAttributes Read(string path)
    {
        StatFs data = default;
        if (statfs(path, &data) < 0) { return MountAttributes.None; }

        long flags = data.Fields[FlagsIndex];
        MountAttributes attributes = (MountAttributes)(ulong)(flags & SameBits);
        if ((flags & NoAccessTime) != 0) { attributes |= MountAttributes.NoAccessTime; }
        else if ((flags & RelativeAccessTime) == 0) { attributes |= MountAttributes.StrictAccessTime; }

        if ((flags & NoDirectoryAccessTime) != 0) { attributes |= MountAttributes.NoDirectoryAccessTime; }

        if ((flags & NoSymlinks) != 0) { attributes |= MountAttributes.NoSymlinks; }

        return attributes;
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statfs(string path, StatFs* data);

    /// <summary>struct statfs of 64-bit kernels: 15 words.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct StatFs
    {
        public fixed long Fields[15];
    }
}
