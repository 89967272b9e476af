using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Inro.Linux.Mounts;

public sealed unsafe partial class FileSystemContext
{
    /// <summary>Makes the file system, and a mount of it that is nowhere yet. See fsmount(2).</summary>
    /// <param name="flags">Attributes of the mount: read-only, nodev, nosuid, noexec.</param>
    /// <returns>A descriptor that refers to the mount.</returns>
    /// <exception cref="LinuxException">What the file system said.</exception>
    public SafeFileHandle Mount(MountFlags flags = MountFlags.None) => Mount((MountAttributes)Attributes(flags));

    /// <inheritdoc cref="Mount(MountFlags)"/>
    /// <param name="attributes">Attributes of the mount.</param>
    public SafeFileHandle Mount(MountAttributes attributes)
    {
        Configure(MountCalls.FsConfigCreate, null, null, "creation");
        long mount = syscall(SystemCall.Fsmount.Number, context, MountCalls.FsMountCloseOnExec, (uint)attributes);
        return mount >= 0 ? new SafeFileHandle((nint)mount, ownsHandle: true) : throw LinuxException.FromLastError("fsmount", type);
    }

    // MOUNT_ATTR_*: the lowest four have the numbers of mount(2)'s flags
    private static uint Attributes(MountFlags flags) => (uint)flags & 0xF;

    [LibraryImport("libc", SetLastError = true)]
    private static partial long syscall(long number, SafeFileHandle context, uint flags, uint attributes);
}
