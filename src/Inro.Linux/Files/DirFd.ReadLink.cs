using System.Runtime.InteropServices;

namespace Inro.Linux.Files;

public sealed unsafe partial class DirFd
{
    /// <summary>Longest link text that the kernel keeps, in bytes.</summary>
    private const int MaxLinkBytes = 4096;

    /// <summary>What a symbolic link says, without a zero byte. See readlinkat(2).</summary>
    /// <param name="name">One name in this directory; ends with a zero byte.</param>
    /// <exception cref="LinuxException">EINVAL: it is not a link.</exception>
    public byte[] ReadLink(ReadOnlySpan<byte> name)
    {
        byte* text = stackalloc byte[MaxLinkBytes];
        fixed (byte* p = name)
        {
            nint length = readlinkat(this, p, text, MaxLinkBytes);
            return length >= 0 ? new ReadOnlySpan<byte>(text, (int)length).ToArray() : throw LinuxException.FromLastError("readlinkat", PathBytes.Show(name));
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint readlinkat(DirFd directory, byte* name, byte* text, nint size);
}
