using System.Runtime.InteropServices;

namespace Inro.Linux.Files;

public sealed unsafe partial class DirFd
{
    /// <summary>Makes a symbolic link. See symlinkat(2).</summary>
    /// <param name="target">What it says; ends with a zero byte.</param>
    /// <param name="name">One name in this directory; ends with a zero byte.</param>
    public Errno TryMakeSymlink(ReadOnlySpan<byte> target, ReadOnlySpan<byte> name)
    {
        fixed (byte* t = target)
        fixed (byte* p = name)
        {
            return symlinkat(t, this, p) < 0 ? (Errno)Marshal.GetLastPInvokeError() : Errno.None;
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int symlinkat(byte* target, DirFd directory, byte* name);
}
