using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Inro.Linux.Files;

public sealed unsafe partial class DirFd
{
    /// <summary>Opens inside like <see cref="OpenInside(ReadOnlySpan{byte}, OpenFlags, uint, ResolveFlags)"/>, for callers to whom a failure is an answer.</summary>
    /// <param name="path">Ends with a zero byte.</param>
    /// <param name="flags">Close-on-exec is added.</param>
    /// <param name="mode">Permission bits of a file that <see cref="OpenFlags.Create"/> makes.</param>
    /// <param name="resolve">Further restrictions.</param>
    /// <param name="file">The open file, null after a failure.</param>
    public Errno TryOpenInside(ReadOnlySpan<byte> path, OpenFlags flags, uint mode, ResolveFlags resolve, out SafeFileHandle? file)
    {
        Errno errno = TryOpenNumber(path, flags, mode, resolve, out int fd);
        file = errno == Errno.None ? new SafeFileHandle(fd, ownsHandle: true) : null;
        return errno;
    }

    /// <summary>Opens a directory inside; see above.</summary>
    public Errno TryOpenDirectory(ReadOnlySpan<byte> path, ResolveFlags resolve, out DirFd? directory)
    {
        Errno errno = TryOpenNumber(path, OpenFlags.Read | OpenFlags.Directory, 0, resolve, out int fd);
        directory = errno == Errno.None ? Own(fd) : null;
        return errno;
    }

    private Errno TryOpenNumber(ReadOnlySpan<byte> path, OpenFlags flags, uint mode, ResolveFlags resolve, out int fd)
    {
        bool added = false;
        try
        {
            DangerousAddRef(ref added);
            for (int race = 0; ; race++)
            {
                fd = TryOpenat2((int)handle, path, flags, resolve | ResolveFlags.InRoot | ResolveFlags.NoMagicLinks, mode);
                if (fd >= 0) { return Errno.None; }

                var errno = (Errno)Marshal.GetLastPInvokeError();
                if (errno is not (Errno.EAGAIN or Errno.EINTR) || race == MaxRaces) { return errno; }
            }
        }
        finally
        {
            if (added) { DangerousRelease(); }
        }
    }
}
