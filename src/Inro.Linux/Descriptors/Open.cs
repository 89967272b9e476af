using System.Globalization;
using System.Runtime.InteropServices;
using Inro.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace Inro.Linux.Descriptors;

public static unsafe partial class Descriptor
{
    /// <summary>Opens a path of our own; never one that an image or a client names. See open(2).</summary>
    public static SafeFileHandle Open(string path, OpenFlags flags, uint mode = 0) =>
        TryOpen(path, flags, mode) ?? throw LinuxException.FromLastError("open", path);

    /// <summary>The same; null where nothing has that name.</summary>
    public static SafeFileHandle? OpenIfThere(string path, OpenFlags flags, uint mode = 0)
    {
        if (TryOpen(path, flags, mode) is { } file) { return file; }

        LinuxException failure = LinuxException.FromLastError("open", path);
        return failure.Errno == Errno.ENOENT ? null : throw failure;
    }

    /// <summary>Opens again what a descriptor leads to (a FIFO's other side, a description with flags of its own).</summary>
    public static SafeFileHandle Reopen(SafeFileHandle file, OpenFlags flags) =>
        Open(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{(int)file.DangerousGetHandle()}"), flags);

    private static SafeFileHandle? TryOpen(string path, OpenFlags flags, uint mode)
    {
        int file = open(path, (int)(flags | OpenFlags.CloseOnExec), mode);
        return file < 0 ? null : new SafeFileHandle(file, ownsHandle: true);
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags, uint mode);
}
