using System.Runtime.InteropServices;

namespace Inro.Linux.Files;

/// <summary>Extended attributes of open files, and of names in an open directory without following them. See xattr(7).</summary>
/// <remarks>
/// A link, a device or a fifo cannot be opened for this, and a descriptor opened with O_PATH is refused. Linux 6.13 has setxattrat;
/// before it, the name is reached through this process's own <c>/proc/self/fd/N/name</c>: the part before the name leads to the
/// directory that we hold open, and the name itself is not followed, so no link of a layer can divert it.
/// </remarks>
public static unsafe partial class ExtendedAttributes
{
    /// <summary>Longest value, XATTR_SIZE_MAX.</summary>
    public const int MaxValueBytes = 65_536;

    /// <summary>Longest name, XATTR_NAME_MAX.</summary>
    public const int MaxNameBytes = 255;

    private const long SysSetxattrat = 463; // x86-64 and arm64
    private const int NoFollow = 0x100; // AT_SYMLINK_NOFOLLOW

    /// <summary>Sets an attribute of an open file or directory. See fsetxattr(2).</summary>
    /// <param name="file">Opened for reading or writing, not with O_PATH.</param>
    /// <param name="attribute">Full name, <c>user.x</c>; ends with a zero byte.</param>
    /// <param name="value">Any bytes.</param>
    public static Errno TrySet(SafeHandle file, ReadOnlySpan<byte> attribute, ReadOnlySpan<byte> value)
    {
        fixed (byte* a = attribute)
        fixed (byte* v = value)
        {
            return fsetxattr(file, a, v, (nuint)value.Length, 0) < 0 ? (Errno)Marshal.GetLastPInvokeError() : Errno.None;
        }
    }

    /// <summary>Sets an attribute of a name in a directory, of a link itself.</summary>
    /// <param name="directory">The open directory.</param>
    /// <param name="name">One name in it; ends with a zero byte.</param>
    /// <param name="attribute">Full name; ends with a zero byte.</param>
    /// <param name="value">Any bytes.</param>
    public static Errno TrySet(DirFd directory, ReadOnlySpan<byte> name, ReadOnlySpan<byte> attribute, ReadOnlySpan<byte> value)
    {
        fixed (byte* p = name)
        fixed (byte* a = attribute)
        fixed (byte* v = value)
        {
            var arguments = new XattrArguments { Value = (ulong)v, Size = (uint)value.Length };
            if (syscall(SysSetxattrat, directory, p, NoFollow, a, &arguments, (nuint)sizeof(XattrArguments)) >= 0) { return Errno.None; }
        }

        var errno = (Errno)Marshal.GetLastPInvokeError();
        return errno == Errno.ENOSYS ? TrySetThroughProc(directory, name, attribute, value) : errno;
    }

    /// <summary>The way of kernels before 6.13; see the remarks of the class.</summary>
    internal static Errno TrySetThroughProc(DirFd directory, ReadOnlySpan<byte> name, ReadOnlySpan<byte> attribute, ReadOnlySpan<byte> value)
    {
        bool held = false;
        try
        {
            directory.DangerousAddRef(ref held);
            fixed (byte* p = PathThroughProc(directory, name))
            fixed (byte* a = attribute)
            fixed (byte* v = value)
            {
                return lsetxattr(p, a, v, (nuint)value.Length, 0) < 0 ? (Errno)Marshal.GetLastPInvokeError() : Errno.None;
            }
        }
        finally
        {
            if (held) { directory.DangerousRelease(); }
        }
    }

    /// <summary>The value of an attribute of an open file; null where it has none. See fgetxattr(2).</summary>
    /// <param name="file">Opened for reading or writing.</param>
    /// <param name="attribute">Full name; ends with a zero byte.</param>
    public static byte[]? Get(SafeHandle file, ReadOnlySpan<byte> attribute)
    {
        byte[] value = new byte[MaxValueBytes];
        fixed (byte* a = attribute)
        fixed (byte* v = value)
        {
            nint size = fgetxattr(file, a, v, MaxValueBytes);
            if (size >= 0) { return value[..(int)size]; }
        }

        LinuxException failure = LinuxException.FromLastError("fgetxattr", PathBytes.Show(attribute));
        return failure.Errno is Errno.ENODATA or Errno.EOPNOTSUPP ? null : throw failure;
    }

    /// <summary>True where an open file has the attribute with exactly this value, which is short.</summary>
    /// <param name="file">Opened for reading or writing.</param>
    /// <param name="attribute">Full name; ends with a zero byte.</param>
    /// <param name="value">Up to 64 bytes.</param>
    public static bool Has(SafeHandle file, ReadOnlySpan<byte> attribute, ReadOnlySpan<byte> value)
    {
        const int MaxBytes = 64;
        byte* found = stackalloc byte[MaxBytes];
        fixed (byte* a = attribute)
        {
            nint size = fgetxattr(file, a, found, MaxBytes);
            return size >= 0 && new ReadOnlySpan<byte>(found, (int)size).SequenceEqual(value);
        }
    }

    /// <summary>Names of all attributes of an open file, each ending with a zero byte. See flistxattr(2).</summary>
    public static IReadOnlyList<byte[]> List(SafeHandle file)
    {
        nint size = flistxattr(file, null, 0); // nearly always nothing
        if (size == 0) { return []; }

        if (size > 0)
        {
            byte[] list = new byte[MaxValueBytes];
            fixed (byte* p = list) { size = flistxattr(file, p, MaxValueBytes); }

            if (size >= 0) { return Names(list, (int)size); }
        }

        LinuxException failure = LinuxException.FromLastError("flistxattr", "file");
        return failure.Errno == Errno.EOPNOTSUPP ? [] : throw failure;
    }

    private static List<byte[]> Names(byte[] list, int size)
    {
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
    private static partial int fsetxattr(SafeHandle file, byte* attribute, byte* value, nuint size, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int lsetxattr(byte* path, byte* attribute, byte* value, nuint size, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint fgetxattr(SafeHandle file, byte* attribute, byte* value, nuint size);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint flistxattr(SafeHandle file, byte* list, nuint size);

    [LibraryImport("libc", SetLastError = true)]
    private static partial long syscall(long number, SafeHandle directory, byte* name, nint flags, byte* attribute, XattrArguments* arguments, nuint size);

    /// <summary>struct xattr_args of setxattrat(2).</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct XattrArguments
    {
        public ulong Value;
        public uint Size;
        public uint Flags;
    }
}
