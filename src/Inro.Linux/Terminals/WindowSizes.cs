using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Inro.Linux.Terminals;

public static unsafe partial class Terminal
{
    private const nuint GetWindowSizeRequest = 0x5413; // TIOCGWINSZ
    private const nuint SetWindowSizeRequest = 0x5414; // TIOCSWINSZ

    /// <summary>The size of a terminal.</summary>
    public static WindowSize GetWindowSize(SafeFileHandle terminal)
    {
        KernelWindowSize size;
        if (ioctl(terminal, GetWindowSizeRequest, &size) < 0) { throw LinuxException.FromLastError("ioctl(TIOCGWINSZ)", "terminal"); }

        return new WindowSize(size.Rows, size.Columns);
    }

    /// <summary>Sets the size; the kernel sends SIGWINCH to the foreground processes if it changed.</summary>
    public static void SetWindowSize(SafeFileHandle terminal, WindowSize size)
    {
        var wanted = new KernelWindowSize { Rows = size.Rows, Columns = size.Columns };
        if (ioctl(terminal, SetWindowSizeRequest, &wanted) < 0) { throw LinuxException.FromLastError("ioctl(TIOCSWINSZ)", "terminal"); }
    }

    // unsafe: each request has a struct of its own.
    [LibraryImport("libc", SetLastError = true)]
    private static partial int ioctl(SafeFileHandle file, nuint request, void* argument);

    /// <summary>struct winsize.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct KernelWindowSize
    {
        public ushort Rows;
        public ushort Columns;
        public ushort PixelsWide;
        public ushort PixelsHigh;
    }
}
