using System.Runtime.InteropServices;

namespace Inro.Linux.Files;

public sealed unsafe partial class DirFd
{
    /// <summary>Makes a directory. The umask takes bits away: set the mode afterwards where it matters. See mkdirat(2).</summary>
    /// <param name="name">One name in this directory; ends with a zero byte.</param>
    /// <param name="mode">Permission bits.</param>
    public Errno TryMakeDirectory(ReadOnlySpan<byte> name, uint mode)
    {
        fixed (byte* p = name) { return mkdirat(this, p, mode) < 0 ? (Errno)Marshal.GetLastPInvokeError() : Errno.None; }
    }

    /// <summary>The same, throwing.</summary>
    /// <exception cref="LinuxException">EEXIST: the name is taken.</exception>
    public void MakeDirectory(string name, uint mode) => Check(TryMakeDirectory(PathBytes.Encode(name), mode), "mkdirat", name);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int mkdirat(DirFd directory, byte* name, uint mode);
}
