using System.Runtime.InteropServices;

namespace Inro.Linux.Files;

public sealed unsafe partial class DirFd
{
    /// <summary>Makes the names in this directory survive a loss of power. See fsync(2).</summary>
    public void Flush()
    {
        if (fsync(this) < 0) { throw LinuxException.FromLastError("fsync", "directory"); }
    }

    /// <summary>Writes everything of the file system that this directory is on to the disk. See syncfs(2).</summary>
    public void FlushFileSystem()
    {
        if (syncfs(this) < 0) { throw LinuxException.FromLastError("syncfs", "directory"); }
    }

    private static void Check(Errno errno, string call, string subject)
    {
        if (errno != Errno.None) { throw new LinuxException(call, subject, errno); }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fsync(DirFd directory);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int syncfs(DirFd directory);
}
