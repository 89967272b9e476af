using System.Runtime.InteropServices;

namespace Inro.Linux.Files;

/// <summary>The project that a directory belongs to, and with it all that is made in it: what a project quota counts.</summary>
public static unsafe partial class ProjectId
{
    private const ulong GetAttributes = 0x801C_581F; // FS_IOC_FSGETXATTR
    private const ulong SetAttributes = 0x401C_5820; // FS_IOC_FSSETXATTR
    private const uint Inherited = 0x200; // FS_XFLAG_PROJINHERIT

    /// <summary>Puts a directory into a project. See ioctl_xfs_fsgetxattr(2).</summary>
    /// <exception cref="LinuxException">ENOTTY or EOPNOTSUPP: the file system has no projects.</exception>
    public static void Set(DirFd directory, uint project)
    {
        FileAttributes attributes = default;
        if (ioctl(directory, GetAttributes, &attributes) < 0) { throw LinuxException.FromLastError("ioctl", "FS_IOC_FSGETXATTR"); }

        attributes.Flags |= Inherited;
        attributes.Project = project;
        if (ioctl(directory, SetAttributes, &attributes) < 0) { throw LinuxException.FromLastError("ioctl", "FS_IOC_FSSETXATTR"); }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ioctl(DirFd directory, ulong request, FileAttributes* attributes);

    /// <summary>struct fsxattr.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 28)]
    private struct FileAttributes
    {
        public uint Flags;
        public uint ExtentSize;
        public uint Extents;
        public uint Project;
    }
}
