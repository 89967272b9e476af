using System.Runtime.InteropServices;

namespace Inro.Linux.Mounts;

public static unsafe partial class MountTree
{
    private const int NoFollow = 8; // UMOUNT_NOFOLLOW

    /// <summary>Takes a mount from its place; it is gone when nobody uses it any more. See umount2(2).</summary>
    /// <returns>False: nothing is mounted there.</returns>
    public static bool Detach(string path)
    {
        if (umount2(path, MountCalls.UnmountDetach | NoFollow) == 0) { return true; }

        LinuxException failure = LinuxException.FromLastError("umount2", path);
        return failure.Errno is Errno.EINVAL or Errno.ENOENT ? false : throw failure;
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int umount2(string path, int flags);
}
