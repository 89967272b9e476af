using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Inro.Linux.Files;

/// <summary>A lock on a file of ours, held by this object and given back by the kernel if the process dies. See flock(2).</summary>
/// <remarks>
/// The lock belongs to the open file, so it also keeps two threads of one process apart. The file may be removed by the holder
/// of the exclusive lock: whoever waited then notices and takes the lock on the new file.
/// </remarks>
public sealed partial class FileLock : IDisposable
{
    private const int LockShared = 1;
    private const int LockExclusive = 2;
    private const int LockNonBlocking = 4;

    /// <summary>First pause between two attempts, in microseconds; it doubles up to <see cref="LongestPauseMicroseconds"/>.</summary>
    private const int FirstPauseMicroseconds = 100;

    private const int LongestPauseMicroseconds = 5_000;

    private readonly SafeFileHandle locked;

    private FileLock(SafeFileHandle locked) => this.locked = locked;

    /// <summary>Takes the lock, waiting until <paramref name="deadline"/> has passed. The file is made where it is missing.</summary>
    /// <param name="directory">Where the lock file is.</param>
    /// <param name="name">Its name; not from outside.</param>
    /// <param name="shared">True for a lock that others may share.</param>
    /// <param name="deadline">How long to wait at most; zero tries once.</param>
    /// <exception cref="TimeoutException">Another holder kept it that long.</exception>
    public static FileLock Acquire(DirFd directory, string name, bool shared, TimeSpan deadline) =>
        TryAcquire(directory, name, shared, deadline) ?? throw new TimeoutException($"the lock '{name}' was not free within {deadline.TotalSeconds:0.###} s");

    /// <summary>Takes the lock, or returns null when <paramref name="deadline"/> has passed.</summary>
    public static FileLock? TryAcquire(DirFd directory, string name, bool shared, TimeSpan deadline)
    {
        long start = Stopwatch.GetTimestamp();
        int pause = FirstPauseMicroseconds;
        while (true)
        {
            SafeFileHandle file = directory.OpenInside(name, OpenFlags.ReadWrite | OpenFlags.Create | OpenFlags.NoFollow, 0x180); // 0600
            if (TryLock(file, shared, name))
            {
                if (IsStill(directory, name, file)) { return new FileLock(file); }

                file.Dispose(); // it was removed between open and flock: the lock on it protects nothing
                continue;
            }

            file.Dispose();
            if (Stopwatch.GetElapsedTime(start) >= deadline) { return null; }

            // flock has no time-out of its own, and a signal to end it would need a handler: wait in small steps
            Pause(pause);
            pause = Math.Min(pause * 2, LongestPauseMicroseconds);
        }
    }

    /// <summary>Locks an open file that the caller keeps; false if another holder has it.</summary>
    public static bool TryLock(SafeFileHandle file, bool shared, string subject)
    {
        while (flock(file, (shared ? LockShared : LockExclusive) | LockNonBlocking) < 0)
        {
            LinuxException failure = LinuxException.FromLastError("flock", subject);
            if (failure.Errno == Errno.EAGAIN) { return false; }

            if (failure.Errno != Errno.EINTR) { throw failure; }
        }

        return true;
    }

    /// <summary>The locked file. A process that gets it holds the lock, too, until it has closed it.</summary>
    public SafeFileHandle File => locked;

    /// <summary>Gives the lock back, unless a process that was given <see cref="File"/> still holds it.</summary>
    public void Dispose() => locked.Dispose();

    private static bool IsStill(DirFd directory, string name, SafeFileHandle file) =>
        directory.TryStatus(name, out FileStatus now) == Errno.None && now.Inode == FileDescriptor.Status(file, name).Inode;

    private static void Pause(int microseconds)
    {
        var time = new TimeSpec { Nanoseconds = microseconds * 1000L };
        _ = nanosleep(time, 0); // woken early by a signal: the caller looks again
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int flock(SafeFileHandle file, int operation);

    [LibraryImport("libc")]
    private static partial int nanosleep(in TimeSpec time, nint remaining);
}
