using Microsoft.Win32.SafeHandles;

namespace Inro.Linux.Descriptors;

public static unsafe partial class Descriptor
{
    private const int SetDescriptorFlags = 2; // F_SETFD
    private const int CloseOnExecFlag = 1; // FD_CLOEXEC

    /// <summary>Keeps an inherited descriptor from programs that are started later. See fcntl(2).</summary>
    public static void SetCloseOnExec(SafeFileHandle file)
    {
        if (fcntl(file, SetDescriptorFlags, CloseOnExecFlag) < 0) { throw LinuxException.FromLastError("fcntl", "FD_CLOEXEC"); }
    }
}
