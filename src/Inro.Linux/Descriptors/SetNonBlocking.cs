using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Inro.Linux.Descriptors;

public static unsafe partial class Descriptor
{
    private const int GetFlags = 3; // F_GETFL
    private const int SetFlags = 4; // F_SETFL
    private const int NonBlock = 0x800;

    /// <summary>Makes reads and writes fail with EAGAIN instead of waiting, for everybody who shares the open file. See fcntl(2).</summary>
    public static void SetNonBlocking(SafeFileHandle file)
    {
        int flags = fcntl(file, GetFlags, 0);
        if (flags < 0 || fcntl(file, SetFlags, flags | NonBlock) < 0) { throw LinuxException.FromLastError("fcntl", "O_NONBLOCK"); }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fcntl(SafeFileHandle file, int command, int argument);
}
