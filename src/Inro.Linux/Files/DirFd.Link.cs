using System.Runtime.InteropServices;

namespace Inro.Linux.Files;

public sealed unsafe partial class DirFd
{
    /// <summary>Gives a file another name. A symbolic link is linked itself, not what it leads to. See linkat(2).</summary>
    /// <param name="from">Directory of the existing name.</param>
    /// <param name="existing">The existing name; ends with a zero byte.</param>
    /// <param name="name">The new name in this directory; ends with a zero byte.</param>
    public Errno TryLink(DirFd from, ReadOnlySpan<byte> existing, ReadOnlySpan<byte> name)
    {
        fixed (byte* e = existing)
        fixed (byte* p = name)
        {
            return linkat(from, e, this, p, 0) < 0 ? (Errno)Marshal.GetLastPInvokeError() : Errno.None;
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int linkat(DirFd from, byte* existing, DirFd to, byte* name, int flags);
}
