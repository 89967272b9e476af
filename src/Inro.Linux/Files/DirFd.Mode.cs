using System.Runtime.InteropServices;

namespace Inro.Linux.Files;

public sealed unsafe partial class DirFd
{
    /// <summary>Changes the permission bits of a name. It follows a link: never call it on a name that may be one. See fchmodat(2).</summary>
    /// <param name="name">One name in this directory; ends with a zero byte.</param>
    /// <param name="permissions">Permission bits with set-id and sticky.</param>
    public Errno TrySetMode(ReadOnlySpan<byte> name, uint permissions)
    {
        fixed (byte* p = name) { return fchmodat(this, p, permissions, 0) < 0 ? (Errno)Marshal.GetLastPInvokeError() : Errno.None; }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fchmodat(DirFd directory, byte* name, uint mode, int flags);
}
