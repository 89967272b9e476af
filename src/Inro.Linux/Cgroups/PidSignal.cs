using System.Runtime.InteropServices;

namespace Inro.Linux.Cgroups;

/// <summary>A process of a cgroup, held so that its pid cannot come to mean another one.</summary>
public sealed partial class PidSignal : IDisposable
{
    private const long SysPidfdSendSignal = 424; // the same on x86-64 and arm64
    private const long SysPidfdOpen = 434;
    private const int SigKill = 9;
    private readonly int _descriptor;

    private PidSignal(int pid, int descriptor)
    {
        Pid = pid;
        _descriptor = descriptor;
    }

    /// <summary>Its number in our pid namespace.</summary>
    public int Pid { get; }

    /// <summary>Holds a process; null where it has ended. See pidfd_open(2).</summary>
    public static PidSignal? TryOpen(int pid)
    {
        long descriptor = syscall(SysPidfdOpen, pid, 0, 0, 0);
        return descriptor < 0 ? null : new(pid, (int)descriptor);
    }

    /// <summary>Sends SIGKILL; a process that has ended is no error. See pidfd_send_signal(2).</summary>
    public void Kill() => _ = syscall(SysPidfdSendSignal, _descriptor, SigKill, 0, 0);

    /// <inheritdoc/>
    public void Dispose() => CgroupCalls.Close(_descriptor);

    [LibraryImport("libc", SetLastError = true)]
    private static partial long syscall(long number, long a0, long a1, nint a2, long a3);
}
