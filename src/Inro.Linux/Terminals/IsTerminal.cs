using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Inro.Linux.Terminals;

/// <summary>Calls on terminals. See tty_ioctl(4), pty(7).</summary>
public static unsafe partial class Terminal
{
    /// <summary>Whether the descriptor is a terminal.</summary>
    public static bool IsTerminal(SafeFileHandle file) => isatty(file) == 1;

    [LibraryImport("libc")]
    private static partial int isatty(SafeFileHandle file);
}
