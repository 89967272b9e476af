using System.Runtime.InteropServices;

namespace Inro.Linux.Files;

/// <summary>Limits of projects on the file system of a directory. See quotactl(2) and quotactl_fd, Linux 5.14.</summary>
public static unsafe partial class ProjectQuota
{
    private const uint OfProjects = 2; // PRJQUOTA
    private const uint GetQuota = (0x80_0007u << 8) | OfProjects;
    private const uint SetQuota = (0x80_0008u << 8) | OfProjects;
    private const uint SpaceLimits = 1; // QIF_BLIMITS
    private const ulong BlockBytes = 1024;

    /// <summary>Whether the file system counts projects; otherwise why not.</summary>
    /// <returns><see cref="Errno.None"/>; ESRCH: it is not turned on; ENOSYS: the kernel or the file system has none; EPERM: this process may not.</returns>
    public static Errno Probe(DirFd directory)
    {
        Limits limits = default;
        return syscall(SystemCall.QuotactlFd.Number, directory, GetQuota, 0, &limits) == 0 ? Errno.None : (Errno)Marshal.GetLastPInvokeError();
    }

    /// <summary>Sets the most that a project may take; 0: without limit.</summary>
    /// <exception cref="LinuxException">ESRCH: quota of projects is not turned on. EPERM: this process may not.</exception>
    public static void SetLimit(DirFd directory, uint project, ulong bytes)
    {
        ulong blocks = (bytes / BlockBytes) + (bytes % BlockBytes > 0 ? 1UL : 0);
        Limits limits = new() { SpaceHard = blocks, SpaceSoft = blocks, Valid = SpaceLimits };
        if (syscall(SystemCall.QuotactlFd.Number, directory, SetQuota, project, &limits) < 0) { throw LinuxException.FromLastError("quotactl_fd", "limit of a project"); }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial long syscall(long number, DirFd directory, uint command, uint id, Limits* limits);

    /// <summary>struct if_dqblk.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Limits
    {
        public ulong SpaceHard;
        public ulong SpaceSoft;
        public ulong SpaceUsed;
        public ulong FilesHard;
        public ulong FilesSoft;
        public ulong FilesUsed;
        public ulong SpaceTime;
        public ulong FilesTime;
        public uint Valid;
    }
}
