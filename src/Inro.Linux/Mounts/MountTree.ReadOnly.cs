using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Inro.Linux.Mounts;

public static unsafe partial class MountTree
{
    private const ulong ReadOnlyAttribute = 1; // MOUNT_ATTR_RDONLY

    /// <summary>Lets nobody write through a mount. See mount_setattr(2), Linux 5.12.</summary>
    /// <param name="mount">Its root.</param>
    /// <param name="isRecursive">Whether that is true of the mounts below it, too.</param>
    public static void SetReadOnly(SafeFileHandle mount, bool isRecursive = false)
    {
        ulong* attributes = stackalloc ulong[MountCalls.AttributeBytes / sizeof(ulong)]; // set, clear, propagation, user namespace
        new Span<ulong>(attributes, MountCalls.AttributeBytes / sizeof(ulong)).Clear();
        attributes[0] = ReadOnlyAttribute;
        fixed (byte* nothing = "\0"u8)
        {
            if (syscall(SystemCall.MountSetattr.Number, mount, nothing, MountCalls.EmptyPath | (isRecursive ? MountCalls.Recursive : 0u), attributes, MountCalls.AttributeBytes) < 0) { throw LinuxException.FromLastError("mount_setattr", "read-only"); }
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial long syscall(long number, SafeFileHandle mount, byte* path, uint flags, ulong* attributes, nuint size);
}
