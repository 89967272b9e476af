using System.Runtime.InteropServices;

namespace Inro.Linux.Files;

public sealed unsafe partial class DirFd
{
    /// <summary>Makes a device node, a fifo, a socket or an empty file. See mknodat(2).</summary>
    /// <param name="name">One name in this directory; ends with a zero byte.</param>
    /// <param name="kind">What to make.</param>
    /// <param name="permissions">Permission bits; the umask takes bits away.</param>
    /// <param name="major">Major number of a device, up to 4095.</param>
    /// <param name="minor">Minor number of a device, up to 1048575.</param>
    public Errno TryMakeNode(ReadOnlySpan<byte> name, FileKind kind, uint permissions, uint major = 0, uint minor = 0)
    {
        // the C library takes the 64-bit form: low 12 bits of major at 8, the rest at 32; low 8 of minor at 0, the rest at 12
        ulong device = ((ulong)(major & 0xFFF) << 8) | ((ulong)(major & ~0xFFFu) << 32) | (minor & 0xFF) | ((ulong)(minor & ~0xFFu) << 12);
        fixed (byte* p = name) { return mknodat(this, p, (uint)kind | permissions, device) < 0 ? (Errno)Marshal.GetLastPInvokeError() : Errno.None; }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int mknodat(DirFd directory, byte* name, uint mode, ulong device);
}
