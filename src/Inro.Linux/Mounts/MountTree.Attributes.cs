using Microsoft.Win32.SafeHandles;

namespace Inro.Linux.Mounts;

public static unsafe partial class MountTree
{
    /// <summary>Sets and clears attributes of a mount. See mount_setattr(2), Linux 5.12.</summary>
    /// <param name="mount">The mount.</param>
    /// <param name="set">To set.</param>
    /// <param name="clear">To clear.</param>
    /// <param name="isRecursive">Those below it, too.</param>
    public static void SetAttributes(SafeFileHandle mount, MountAttributes set, MountAttributes clear, bool isRecursive)
    {
        ulong* attributes = stackalloc ulong[MountCalls.AttributeBytes / sizeof(ulong)]; // set, clear, propagation, user namespace
        new Span<ulong>(attributes, MountCalls.AttributeBytes / sizeof(ulong)).Clear();
        bool setsTime = ((set | clear) & MountAttributes.AccessTimeMask) != 0; // its bits are one value: to set any, all are cleared
        attributes[0] = (ulong)set;
        attributes[1] = (ulong)(setsTime ? clear | MountAttributes.AccessTimeMask : clear);
        fixed (byte* nothing = "\0"u8)
        {
            if (syscall(SystemCall.MountSetattr.Number, mount, nothing, (uint)(MountCalls.EmptyPath | (isRecursive ? MountCalls.Recursive : 0)), attributes, MountCalls.AttributeBytes) < 0)
            {
                throw LinuxException.FromLastError("mount_setattr", "attributes");
            }
        }
    }
}
