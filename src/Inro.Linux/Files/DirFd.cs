using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Inro.Linux.Files;

/// <summary>An open directory, and the only way to resolve a path that we do not trust.</summary>
/// <remarks>
/// Names are given to the kernel as they are, so a name with bytes that are not UTF-8 goes through the overloads that take bytes.
/// See openat2(2), Linux 5.6.
/// </remarks>
public sealed unsafe partial class DirFd() : SafeHandleMinusOneIsInvalid(ownsHandle: true)
{
    /// <summary>How often a walk that raced with a rename is tried again.</summary>
    private const int MaxRaces = 64;

    /// <summary>x86-64 and arm64 share this number.</summary>
    private const long SysOpenat2 = 437;

    private const int AtCurrentDirectory = -100;

    /// <summary>The descriptor's number; valid as long as this object is not disposed.</summary>
    public int Number => (int)handle;

    /// <summary>Opens a directory of ours by its path. Never for paths that an image, a bundle's content or a client names.</summary>
    public static DirFd Open(string path)
    {
        int fd = TryOpenat2(AtCurrentDirectory, Encode(path), OpenFlags.Read | OpenFlags.Directory, ResolveFlags.None, 0);
        return fd >= 0 ? Own(fd) : throw LinuxException.FromLastError("openat2", path);
    }

    /// <summary>Takes ownership of an open directory descriptor.</summary>
    public static DirFd Own(int descriptor)
    {
        var directory = new DirFd();
        directory.SetHandle(descriptor);
        return directory;
    }

    /// <summary>Opens <paramref name="path"/> with this directory standing in for "/": links, absolute ones too, stay inside.</summary>
    /// <param name="path">Relative or absolute; both mean the same here.</param>
    /// <param name="flags">Close-on-exec is added.</param>
    /// <param name="mode">Permission bits of a file that <see cref="OpenFlags.Create"/> makes.</param>
    /// <param name="resolve">Further restrictions; in-root and no-magic-links always hold.</param>
    public SafeFileHandle OpenInside(string path, OpenFlags flags, uint mode = 0, ResolveFlags resolve = ResolveFlags.None) =>
        OpenInside(Encode(path), flags, mode, resolve);

    /// <summary>The same for a name that may not be UTF-8; <paramref name="path"/> ends with a zero byte.</summary>
    public SafeFileHandle OpenInside(ReadOnlySpan<byte> path, OpenFlags flags, uint mode = 0, ResolveFlags resolve = ResolveFlags.None)
    {
        int fd = OpenRaw(path, flags, mode, resolve);
        return new SafeFileHandle(fd, ownsHandle: true);
    }

    /// <summary>Opens a directory inside; see <see cref="OpenInside(string, OpenFlags, uint, ResolveFlags)"/>.</summary>
    public DirFd OpenDirectory(string path, ResolveFlags resolve = ResolveFlags.None) =>
        Own(OpenRaw(Encode(path), OpenFlags.Read | OpenFlags.Directory, 0, resolve));

    /// <summary>The same for a name that may not be UTF-8; <paramref name="path"/> ends with a zero byte.</summary>
    public DirFd OpenDirectory(ReadOnlySpan<byte> path, ResolveFlags resolve = ResolveFlags.None) =>
        Own(OpenRaw(path, OpenFlags.Read | OpenFlags.Directory, 0, resolve));

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => close((int)handle) == 0; // never repeated: Linux frees the number even on EINTR

    private int OpenRaw(ReadOnlySpan<byte> path, OpenFlags flags, uint mode, ResolveFlags resolve)
    {
        bool added = false;
        try
        {
            DangerousAddRef(ref added);
            for (int race = 0; ; race++)
            {
                int fd = TryOpenat2((int)handle, path, flags, resolve | ResolveFlags.InRoot | ResolveFlags.NoMagicLinks, mode);
                if (fd >= 0) { return fd; }

                LinuxException failure = LinuxException.FromLastError("openat2", Decode(path));
                bool raced = failure.Errno is Errno.EAGAIN or Errno.EINTR; // a rename moved the path while the kernel walked it
                if (!raced || race == MaxRaces) { throw failure; }
            }
        }
        finally
        {
            if (added) { DangerousRelease(); }
        }
    }

    private static int TryOpenat2(int directory, ReadOnlySpan<byte> path, OpenFlags flags, ResolveFlags resolve, uint mode)
    {
        var how = new OpenHow { Flags = (ulong)(flags | OpenFlags.CloseOnExec), Mode = mode, Resolve = (ulong)resolve };
        fixed (byte* p = path)
        {
            return (int)syscall(SysOpenat2, directory, p, &how, (nuint)sizeof(OpenHow));
        }
    }

    private static byte[] Encode(string path)
    {
        byte[] bytes = new byte[System.Text.Encoding.UTF8.GetByteCount(path) + 1];
        System.Text.Encoding.UTF8.GetBytes(path, bytes);
        return Array.IndexOf(bytes, (byte)0) == bytes.Length - 1
            ? bytes
            : throw new ArgumentException("a path cannot hold a zero byte", nameof(path));
    }

    private static string Decode(ReadOnlySpan<byte> path) => System.Text.Encoding.UTF8.GetString(path.TrimEnd((byte)0));

    [LibraryImport("libc", SetLastError = true)]
    private static partial long syscall(long number, long a0, byte* a1, OpenHow* a2, nuint a3);

    [LibraryImport("libc")]
    private static partial int close(int descriptor);

    /// <summary>struct open_how of openat2(2).</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct OpenHow
    {
        public ulong Flags;
        public ulong Mode;
        public ulong Resolve;
    }
}
