using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Inro.Linux.Processes;

/// <summary>Word of ended children, for a process that was started with <see cref="Number"/> blocked. See signalfd(2), waitid(2).</summary>
public static unsafe partial class ChildSignals
{
    /// <summary>SIGCHLD.</summary>
    public const int Number = 17;

    private const int CloseOnExecNonBlocking = 0x80000 | 0x800;
    private const int SignalSetBytes = 128;
    private const int AllChildren = 0; // P_ALL
    private const int OneChild = 1; // P_PID
    private const int ExitedNoHang = 4 | 1; // WEXITED, WNOHANG
    private const int KeepStatus = 0x0100_0000; // WNOWAIT
    private const int SignalInfoBytes = 128;
    private const int PidOffset = 16; // signal, errno and code, and the padding of a 64-bit kernel

    /// <summary>Opens a descriptor that is readable when a child has ended.</summary>
    public static SafeFileHandle Open()
    {
        byte* signals = stackalloc byte[SignalSetBytes];
        new Span<byte>(signals, SignalSetBytes).Clear();
        _ = sigaddset(signals, Number);
        int descriptor = signalfd(-1, signals, CloseOnExecNonBlocking);
        return descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : throw LinuxException.FromLastError("signalfd", "SIGCHLD");
    }

    /// <summary>The pid of one child that has ended and was not waited for; 0: there is none (now). Its status stays.</summary>
    public static int FirstEnded()
    {
        byte* info = stackalloc byte[SignalInfoBytes];
        new Span<byte>(info, SignalInfoBytes).Clear();
        return waitid(AllChildren, 0, info, ExitedNoHang | KeepStatus) == 0 ? *(int*)(info + PidOffset) : 0;
    }

    /// <summary>Takes the status of a child, if it has ended; false: it runs.</summary>
    public static bool TryReap(int pid)
    {
        byte* info = stackalloc byte[SignalInfoBytes];
        new Span<byte>(info, SignalInfoBytes).Clear();
        return waitid(OneChild, pid, info, ExitedNoHang) < 0 || *(int*)(info + PidOffset) != 0; // ECHILD: it was waited for elsewhere
    }

    /// <summary>Takes the status of an ended child.</summary>
    public static void Reap(int pid)
    {
        byte* info = stackalloc byte[SignalInfoBytes];
        _ = waitid(OneChild, pid, info, ExitedNoHang); // ECHILD: it was waited for elsewhere
    }

    // unsafe: a set of signals as the C library lays it out.
    [LibraryImport("libc")]
    private static partial int sigaddset(byte* signals, int signal);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int signalfd(int descriptor, byte* signals, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int waitid(int kind, int id, byte* info, int options);
}
