using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace Inro.Linux.Files;

public sealed partial class DirFd
{
    /// <summary>Opens the regular file that a name stands for, never a device or a FIFO that took the name meanwhile: opening those acts.</summary>
    /// <param name="name">One name in this directory; ends with a zero byte.</param>
    /// <param name="expected">What was there when it was looked at.</param>
    /// <param name="crossesMounts">Whether what is mounted on the name is opened.</param>
    /// <returns>Null where something is mounted on it.</returns>
    /// <exception cref="LinuxException">ESTALE: something else is there now.</exception>
    public SafeFileHandle? OpenSame(ReadOnlySpan<byte> name, in FileStatus expected, bool crossesMounts = false)
    {
        ResolveFlags strictly = crossesMounts ? ResolveFlags.NoSymlinks : ResolveFlags.NoSymlinks | ResolveFlags.NoMountCrossing;
        Errno errno = TryOpenInside(name, OpenFlags.PathOnly | OpenFlags.NoFollow, 0, strictly, out SafeFileHandle? place);
        if (errno == Errno.EXDEV) { return null; }

        if (place is null) { throw new LinuxException("openat2", PathBytes.Show(name), errno); }

        using (place) { return OpenSame(place, name, expected); }
    }

    private static SafeFileHandle OpenSame(SafeFileHandle place, ReadOnlySpan<byte> name, in FileStatus expected)
    {
        FileStatus now = FileDescriptor.Status(place, PathBytes.Show(name));
        if (!now.IsSameFile(expected) || now.Kind != FileKind.Regular) { throw new LinuxException("openat2", PathBytes.Show(name), Errno.ESTALE); }

        // Our own procfs leads from the descriptor to what it stands for; no name is resolved again.
        string again = string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{(int)place.DangerousGetHandle()}");
        int fd = TryOpenat2(AtCurrentDirectory, Encode(again), OpenFlags.Read, ResolveFlags.None, 0);
        return fd >= 0 ? new SafeFileHandle(fd, ownsHandle: true) : throw LinuxException.FromLastError("openat2", PathBytes.Show(name));
    }
}
