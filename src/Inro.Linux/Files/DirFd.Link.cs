using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

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

    /// <summary>Gives an open file that has no name one. See open(2), O_TMPFILE.</summary>
    /// <param name="file">Opened with <see cref="OpenFlags.Unnamed"/>.</param>
    /// <param name="name">The new name in this directory; ends with a zero byte.</param>
    public Errno TryLink(SafeFileHandle file, ReadOnlySpan<byte> name)
    {
        const int FollowLink = 0x400; // AT_SYMLINK_FOLLOW: to the file that the link in /proc stands for
        fixed (byte* e = PathBytes.Encode($"/proc/self/fd/{file.DangerousGetHandle()}"))
        fixed (byte* p = name)
        {
            return linkat(this, e, this, p, FollowLink) < 0 ? (Errno)Marshal.GetLastPInvokeError() : Errno.None;
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int linkat(DirFd from, byte* existing, DirFd to, byte* name, int flags);
}
