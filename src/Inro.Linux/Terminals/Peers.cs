using System.Runtime.InteropServices;
using Inro.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace Inro.Linux.Terminals;

public static unsafe partial class Terminal
{
    private const nuint OpenPeerRequest = 0x5441; // TIOCGPTPEER
    private const nuint UnlockRequest = 0x40045431; // TIOCSPTLCK

    /// <summary>Opens the other side of a master without a path. Linux 4.13.</summary>
    public static SafeFileHandle OpenPeer(SafeFileHandle master)
    {
        int locked = 0;
        if (ioctl(master, UnlockRequest, &locked) < 0) { throw LinuxException.FromLastError("ioctl(TIOCSPTLCK)", "terminal"); }

        int flags = (int)(OpenFlags.ReadWrite | OpenFlags.NoControllingTerminal | OpenFlags.CloseOnExec);
        int slave = ioctlNumber(master, OpenPeerRequest, flags);
        return slave >= 0 ? new SafeFileHandle(slave, ownsHandle: true) : throw LinuxException.FromLastError("ioctl(TIOCGPTPEER)", "terminal");
    }

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int ioctlNumber(SafeFileHandle file, nuint request, nint argument);
}
