using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Inro.Linux.Files;

public static unsafe partial class ExtendedAttributes
{
    /// <summary>Names of all attributes of what a name in a directory stands for, of a link itself, each ending with a zero byte. See llistxattr(2).</summary>
    /// <remarks>Through this process's own /proc/self/fd, as the remarks of the class say.</remarks>
    public static IReadOnlyList<byte[]> List(DirFd directory, ReadOnlySpan<byte> name)
    {
        byte[] path = PathThroughProc(directory, name);
        nint size;
        fixed (byte* p = path)
        {
            size = llistxattr(p, null, 0); // nearly always nothing
            if (size == 0) { return []; }

            if (size > 0)
            {
                byte[] list = new byte[MaxValueBytes];
                fixed (byte* l = list) { size = llistxattr(p, l, MaxValueBytes); }

                if (size >= 0) { return Names(list, (int)size); }
            }
        }

        LinuxException failure = LinuxException.FromLastError("llistxattr", PathBytes.Show(name));
        return failure.Errno == Errno.EOPNOTSUPP ? [] : throw failure;
    }

    /// <summary>The value of one of them; null where it has none. See lgetxattr(2).</summary>
    /// <param name="directory">The open directory.</param>
    /// <param name="name">One name in it; ends with a zero byte.</param>
    /// <param name="attribute">Full name; ends with a zero byte.</param>
    public static byte[]? Get(DirFd directory, ReadOnlySpan<byte> name, ReadOnlySpan<byte> attribute)
    {
        byte[] value = new byte[MaxValueBytes];
        fixed (byte* p = PathThroughProc(directory, name))
        fixed (byte* a = attribute)
        fixed (byte* v = value)
        {
            nint size = lgetxattr(p, a, v, MaxValueBytes);
            if (size >= 0) { return value[..(int)size]; }
        }

        LinuxException failure = LinuxException.FromLastError("lgetxattr", PathBytes.Show(attribute));
        return failure.Errno is Errno.ENODATA or Errno.EOPNOTSUPP ? null : throw failure;
    }

    /// <summary>The descriptor must stay open while the path is used.</summary>
    private static byte[] PathThroughProc(DirFd directory, ReadOnlySpan<byte> name) =>
        [.. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{directory.Number}/")), .. name];

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint llistxattr(byte* path, byte* list, nuint size);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint lgetxattr(byte* path, byte* attribute, byte* value, nuint size);
}
