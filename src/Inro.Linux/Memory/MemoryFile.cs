using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Inro.Linux.Memory;

/// <summary>Files that live in memory alone and can be sealed. See memfd_create(2).</summary>
public static unsafe partial class MemoryFile
{
    /// <summary>Makes a file of these bytes that nobody, this process included, can ever change.</summary>
    /// <param name="name">For people who look into /proc/PID/fd.</param>
    /// <param name="executable">Whether it may be executed; EACCES where <c>vm.memfd_noexec</c> forbids that.</param>
    /// <param name="first">The content.</param>
    /// <param name="second">More of it, so that nothing need be copied together.</param>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    public static SafeFileHandle CreateSealed(string name, bool executable, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second = default)
    {
        SafeFileHandle file = Create(name, executable);
        try
        {
            Write(file, first);
            Write(file, second);
            if (fcntl(file, AddSeals, SealSeal | SealShrink | SealGrow | SealWrite) < 0)
            {
                throw LinuxException.FromLastError("fcntl", name);
            }

            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Makes an empty file that can be sealed later.</summary>
    public static SafeFileHandle Create(string name, bool executable)
    {
        int fd = memfd_create(name, CloseOnExec | AllowSealing | (executable ? Executable : NotExecutable));
        if (fd < 0 && Marshal.GetLastPInvokeError() == (int)Errno.EINVAL) // before Linux 6.3 every memory file is executable
        {
            fd = memfd_create(name, CloseOnExec | AllowSealing);
        }

        return fd >= 0 ? new SafeFileHandle(fd, ownsHandle: true) : throw LinuxException.FromLastError("memfd_create", name);
    }

    private const uint CloseOnExec = 1;
    private const uint AllowSealing = 2;
    private const uint NotExecutable = 8; // MFD_NOEXEC_SEAL
    private const uint Executable = 16; // MFD_EXEC

    private const int AddSeals = 1033;
    private const int SealSeal = 1;
    private const int SealShrink = 2;
    private const int SealGrow = 4;
    private const int SealWrite = 8;

    private static void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            nint count;
            fixed (byte* p = bytes) { count = write(file, p, (nuint)bytes.Length); }
            if (count < 0)
            {
                LinuxException failure = LinuxException.FromLastError("write", "memory file");
                if (failure.Errno == Errno.EINTR) { continue; }
                throw failure;
            }

            bytes = bytes[(int)count..];
        }
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int memfd_create(string name, uint flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fcntl(SafeFileHandle descriptor, int command, int argument);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint write(SafeFileHandle descriptor, byte* bytes, nuint count);
}
