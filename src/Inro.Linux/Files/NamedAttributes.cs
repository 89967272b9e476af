using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Inro.Linux.Files;

/// <summary>Extended attributes of names that cannot be opened for reading: links, devices, FIFOs.</summary>
public static unsafe partial class NamedAttributes
{
    private const int MaxBytes = 64 << 10; // XATTR_LIST_MAX, XATTR_SIZE_MAX

    /// <summary>All attributes of a name in a directory, of a link itself. See llistxattr(2), lgetxattr(2).</summary>
    /// <param name="directory">The open directory.</param>
    /// <param name="name">One name in it; ends with a zero byte.</param>
    /// <returns>Names, each ending with a zero byte, and values; empty where the file system has none.</returns>
    public static IReadOnlyList<(byte[] Name, byte[] Value)> Read(DirFd directory, ReadOnlySpan<byte> name)
    {
        // no call takes a directory's descriptor and a name before Linux 6.13
        byte[] path = [.. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{directory.Number}/")), .. name];
        List<(byte[] Name, byte[] Value)> found = [];
        byte[] value = new byte[MaxBytes];
        foreach (byte[] attribute in List(path))
        {
            nint size;
            fixed (byte* p = path)
            fixed (byte* a = attribute)
            fixed (byte* v = value) { size = lgetxattr(p, a, v, MaxBytes); }

            if (size >= 0) { found.Add((attribute, value[..(int)size])); }
        }

        GC.KeepAlive(directory);
        return found;
    }

    private static List<byte[]> List(byte[] path)
    {
        byte[] list = new byte[MaxBytes];
        nint size;
        fixed (byte* p = path)
        fixed (byte* l = list) { size = llistxattr(p, l, MaxBytes); }

        if (size < 0)
        {
            LinuxException failure = LinuxException.FromLastError("llistxattr", PathBytes.Show(path));
            return failure.Errno == Errno.EOPNOTSUPP ? [] : throw failure;
        }

        List<byte[]> names = [];
        for (int start = 0; start < size;)
        {
            int end = Array.IndexOf(list, (byte)0, start) + 1;
            names.Add(list[start..end]);
            start = end;
        }

        return names;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint llistxattr(byte* path, byte* list, nuint size);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint lgetxattr(byte* path, byte* attribute, byte* value, nuint size);
}
