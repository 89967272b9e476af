using Microsoft.Win32.SafeHandles;

namespace Inro.Linux.Descriptors;

public static unsafe partial class Descriptor
{
    private const int DuplicateCloseOnExec = 1030; // F_DUPFD_CLOEXEC

    /// <summary>A second descriptor of the same open file, numbered <paramref name="lowest"/> or higher. See fcntl(2).</summary>
    public static SafeFileHandle Duplicate(SafeFileHandle file, int lowest = 3)
    {
        int copy = fcntl(file, DuplicateCloseOnExec, lowest);
        return copy >= 0 ? new SafeFileHandle(copy, ownsHandle: true) : throw LinuxException.FromLastError("fcntl", "F_DUPFD_CLOEXEC");
    }
}
