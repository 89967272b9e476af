using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Inro.Linux.Processes;

/// <summary>A process held by descriptor: it cannot become another one, as a pid can. See pidfd_open(2); Linux 5.3.</summary>
public sealed unsafe partial class PidFd() : SafeHandleMinusOneIsInvalid(ownsHandle: true)
{
    /// <summary>The descriptor's number; valid as long as this object is not disposed.</summary>
    public int Number => (int)handle;

    /// <summary>Opens the process that has <paramref name="pid"/> now.</summary>
    /// <remarks>Safe for a child that was not waited for; for any other process compare its start time afterwards
    /// (<see cref="ProcessStat.Read(int)"/>).</remarks>
    /// <exception cref="LinuxException">ESRCH: there is none.</exception>
    public static PidFd Open(int pid)
    {
        long fd = syscall(SystemCall.PidfdOpen.Number, pid, 0, null, 0, null);
        return fd >= 0 ? Own((int)fd) : throw LinuxException.FromLastError("pidfd_open", Text(pid));
    }

    /// <summary>Opens the process that has <paramref name="pid"/> and began at <paramref name="startTime"/>: never another one that got its pid.</summary>
    /// <param name="pid">Its pid, as this process counts.</param>
    /// <param name="startTime">See <see cref="ProcessStat.StartTime"/>; of this boot.</param>
    /// <returns>Null: it is gone. A zombie is there until it was waited for.</returns>
    public static PidFd? TryOpen(int pid, ulong startTime)
    {
        PidFd found;
        try { found = Open(pid); }
        catch (LinuxException gone) when (gone.Errno == Errno.ESRCH) { return null; }

        if (ProcessStat.Read(pid) is { } stat && stat.StartTime == startTime) { return found; }

        found.Dispose();
        return null;
    }

    /// <summary>Takes ownership of a descriptor that is a pidfd.</summary>
    public static PidFd Own(int descriptor)
    {
        var process = new PidFd();
        process.SetHandle(descriptor);
        return process;
    }

    /// <summary>Sends a signal. See pidfd_send_signal(2).</summary>
    /// <returns>False if the process has ended and was waited for.</returns>
    public bool Signal(int signal)
    {
        using Held held = Hold();
        if (syscall(SystemCall.PidfdSendSignal.Number, held.Descriptor, signal, null, 0, null) == 0) { return true; }
        LinuxException failure = LinuxException.FromLastError("pidfd_send_signal", Text(signal));
        return failure.Errno == Errno.ESRCH ? false : throw failure;
    }

    /// <summary>Sends SIGKILL.</summary>
    /// <returns>False if the process has ended and was waited for.</returns>
    public bool Kill() => Signal(SignalKill);

    /// <summary>Waits until the process has ended; anybody who holds the descriptor may wait.</summary>
    /// <param name="timeout">How long at most; null: without end. Zero looks once.</param>
    /// <returns>False if it still runs after that time.</returns>
    public bool WaitForEnd(TimeSpan? timeout)
    {
        using Held held = Hold();
        return Descriptors.Descriptor.WaitReadable(held.Descriptor, timeout);
    }

    /// <summary>Waits for a child and takes its status, so that it does not stay as a zombie.</summary>
    /// <param name="timeout">How long at most; null: without end. Zero looks once.</param>
    /// <returns>Null if it still runs after that time.</returns>
    /// <exception cref="LinuxException">ECHILD: it is not a child of this process, or was waited for before.</exception>
    public ExitStatus? Reap(TimeSpan? timeout)
    {
        using Held held = Hold();
        if (timeout is { } limit && !Descriptors.Descriptor.WaitReadable(held.Descriptor, limit)) { return null; }
        SignalInfo info = default;
        while (syscall(SystemCall.Waitid.Number, IdTypePidFd, held.Descriptor, &info, WaitExited | WaitAll, null) != 0)
        {
            LinuxException failure = LinuxException.FromLastError("waitid", "pidfd");
            if (failure.Errno != Errno.EINTR) { throw failure; }
        }

        return new ExitStatus((ExitKind)info.Code, info.Status);
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => close((int)handle) == 0; // never repeated: Linux frees the number even on EINTR

    private const int SignalKill = 9;
    private const int IdTypePidFd = 3;
    private const int WaitExited = 4;
    private const int WaitAll = 0x40000000; // __WALL: a child without exit signal too

    private static string Text(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private Held Hold() => new(this);

    [LibraryImport("libc", SetLastError = true)]
    private static partial long syscall(long number, long a0, long a1, SignalInfo* a2, long a3, void* a4);

    [LibraryImport("libc")]
    private static partial int close(int descriptor);

    /// <summary>Keeps the descriptor from being closed while a call uses it.</summary>
    private readonly ref struct Held
    {
        private readonly PidFd owner;

        public Held(PidFd owner)
        {
            bool added = false;
            owner.DangerousAddRef(ref added);
            this.owner = owner;
        }

        public int Descriptor => (int)owner.handle;

        public void Dispose() => owner.DangerousRelease();
    }

    /// <summary>siginfo_t as waitid fills it: 128 bytes.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 128)]
    private struct SignalInfo
    {
        [FieldOffset(8)]
        public int Code;

        [FieldOffset(24)]
        public int Status;
    }
}
