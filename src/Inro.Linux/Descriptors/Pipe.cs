using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Inro.Linux.Descriptors;

/// <summary>Calls on open descriptors that the framework's streams do not offer without threads or allocations.</summary>
public static unsafe partial class Descriptor
{
    private const int CloseOnExec = 0x80000;

    /// <summary>Makes a pipe; both ends close on exec and block. See pipe2(2).</summary>
    public static PipeEnds Pipe()
    {
        int* ends = stackalloc int[2];
        if (pipe2(ends, CloseOnExec) < 0) { throw LinuxException.FromLastError("pipe2", "pipe"); }

        return new PipeEnds(new SafeFileHandle(ends[0], ownsHandle: true), new SafeFileHandle(ends[1], ownsHandle: true));
    }

    // unsafe: the kernel fills an array of two numbers.
    [LibraryImport("libc", SetLastError = true)]
    private static partial int pipe2(int* ends, int flags);
}
