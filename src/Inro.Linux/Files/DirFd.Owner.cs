using System.Runtime.InteropServices;

namespace Inro.Linux.Files;

public sealed unsafe partial class DirFd
{
    /// <summary>Changes owner and group of a name, of a link itself. Clears set-id bits and capabilities of files. See fchownat(2).</summary>
    /// <param name="name">One name in this directory; ends with a zero byte.</param>
    /// <param name="user">New owner.</param>
    /// <param name="group">New group.</param>
    public Errno TrySetOwner(ReadOnlySpan<byte> name, uint user, uint group)
    {
        const int NoFollow = 0x100; // AT_SYMLINK_NOFOLLOW
        fixed (byte* p = name) { return fchownat(this, p, user, group, NoFollow) < 0 ? (Errno)Marshal.GetLastPInvokeError() : Errno.None; }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fchownat(DirFd directory, byte* name, uint user, uint group, int flags);
}
