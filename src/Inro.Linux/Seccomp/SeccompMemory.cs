using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Inro.Linux.Seccomp;

/// <summary>A nameless file for the library to export into.</summary>
internal static partial class SeccompMemory
{
    private const uint CloseOnExec = 1;

    /// <summary>See memfd_create(2).</summary>
    public static SafeFileHandle Create()
    {
        int fd = memfd_create("seccomp", CloseOnExec);
        return fd < 0 ? throw LinuxException.FromLastError("memfd_create", "seccomp") : new SafeFileHandle(fd, ownsHandle: true);
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int memfd_create(string name, uint flags);
}
