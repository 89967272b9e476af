using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Inro.Linux.Seccomp;

/// <summary>Reads and replaces the files of a directory that only this user may write.</summary>
public static unsafe partial class SeccompFiles
{
    private const int ReadNoFollow = 0x80000 | 0x20000; // O_CLOEXEC | O_NOFOLLOW
    private const int CreateNew = 1 | 0x40 | 0x80 | ReadNoFollow; // O_WRONLY | O_CREAT | O_EXCL
    private const int AtEmptyPath = 0x1000;
    private const uint WantOwner = 0x1 | 0x2 | 0x8 | 0x200; // STATX_TYPE | STATX_MODE | STATX_UID | STATX_SIZE
    private const ushort RegularFile = 0x8000;
    private const ushort WritableByOthers = 0x12; // group and others

    /// <summary>The content of a regular file that belongs to this user and that nobody else may write; null for anything else.</summary>
    public static byte[]? TryRead(string path, int maxBytes)
    {
        int fd = open(path, ReadNoFollow, 0);
        if (fd < 0) { return null; }

        using var file = new SafeFileHandle(fd, ownsHandle: true);
        Statx data = default;
        bool trusted = statx(fd, "", AtEmptyPath, WantOwner, &data) == 0
            && (data.Mode & 0xf000) == RegularFile && (data.Mode & WritableByOthers) == 0 && data.User == Processes.EffectiveIds.User
            && data.Size <= (ulong)maxBytes;
        if (!trusted) { return null; }

        byte[] bytes = new byte[data.Size];
        fixed (byte* p = bytes) { return read(fd, p, (nuint)bytes.Length) == bytes.Length ? bytes : null; }
    }

    /// <summary>Makes the directory, for this user alone, with its parents.</summary>
    public static void MakeDirectory(string path)
    {
        if (mkdir(path, 0x1C0) == 0) { return; } // 0700
        var errno = (Errno)Marshal.GetLastPInvokeError();
        if (errno == Errno.EEXIST) { return; }
        int slash = path.TrimEnd('/').LastIndexOf('/');
        if (errno != Errno.ENOENT || slash <= 0) { throw new LinuxException("mkdir", path, errno); }

        MakeDirectory(path[..slash]);
        if (mkdir(path, 0x1C0) != 0 && (Errno)Marshal.GetLastPInvokeError() != Errno.EEXIST) { throw LinuxException.FromLastError("mkdir", path); }
    }

    /// <summary>Writes a file under another name and renames it: readers see the old, the new or none, never a part.</summary>
    public static void Replace(string directory, string name, ReadOnlySpan<byte> content)
    {
        string temporary = $"{directory}/.{name}.{Environment.ProcessId}";
        unlink(temporary); // left by a killed process that had our number
        int fd = open(temporary, CreateNew, 0x180); // 0600
        if (fd < 0) { throw LinuxException.FromLastError("open", temporary); }
        try
        {
            using (var file = new SafeFileHandle(fd, ownsHandle: true)) { RandomAccess.Write(file, content, 0); }
            if (rename(temporary, directory + "/" + name) != 0) { throw LinuxException.FromLastError("rename", temporary); }
        }
        catch
        {
            unlink(temporary);
            throw;
        }
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint read(int descriptor, byte* buffer, nuint length);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statx(int directory, string path, int flags, uint mask, Statx* data);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int mkdir(string path, uint mode);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int rename(string from, string to);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int unlink(string path);

    /// <summary>struct statx, of which three fields are read.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Statx
    {
        [FieldOffset(20)]
        public uint User;

        [FieldOffset(28)]
        public ushort Mode;

        [FieldOffset(40)]
        public ulong Size;
    }
}
