using System.Runtime.InteropServices;

namespace Inro.Linux.Files;

public sealed unsafe partial class DirFd
{
    /// <summary>Removes a name: of a file, or, where <paramref name="directory"/> says so, of an empty directory. See unlinkat(2).</summary>
    /// <param name="name">One name in this directory; ends with a zero byte.</param>
    /// <param name="directory">True for a directory.</param>
    public Errno TryRemove(ReadOnlySpan<byte> name, bool directory = false)
    {
        const int RemoveDirectory = 0x200; // AT_REMOVEDIR
        fixed (byte* p = name) { return unlinkat(this, p, directory ? RemoveDirectory : 0) < 0 ? (Errno)Marshal.GetLastPInvokeError() : Errno.None; }
    }

    /// <summary>Removes a file if it is there.</summary>
    public void RemoveFile(string name)
    {
        Errno errno = TryRemove(PathBytes.Encode(name));
        if (errno != Errno.ENOENT) { Check(errno, "unlinkat", name); }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int unlinkat(DirFd directory, byte* name, int flags);
}
