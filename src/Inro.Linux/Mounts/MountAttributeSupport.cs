using System.Runtime.InteropServices;

namespace Inro.Linux.Mounts;

/// <summary>Whether the kernel has mount_setattr(2): Linux 5.12.</summary>
public static partial class MountAttributeSupport
{
    private const long InvalidDescriptor = -1;

    /// <summary>Asks the kernel, with arguments that it refuses in any case.</summary>
    public static bool Read() =>
        syscall(SystemCall.MountSetattr.Number, InvalidDescriptor, 0, 0, 0, 0) < 0 && (Errno)Marshal.GetLastPInvokeError() != Errno.ENOSYS;

    [LibraryImport("libc", SetLastError = true)]
    private static partial long syscall(long number, long descriptor, nint path, long flags, nint attributes, long size);
}
