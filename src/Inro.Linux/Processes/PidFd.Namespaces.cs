using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Inro.Linux.Processes;

public sealed unsafe partial class PidFd
{
    private const nuint GetMountNamespaceRequest = 0xFF03; // _IO(PIDFS_IOCTL_MAGIC, 3)
    private const nuint GetNetworkNamespaceRequest = 0xFF04;

    /// <summary>Opens the mount namespace that the process is in: as long as it is open, the mounts outlive the process. See ioctl_pidfd in the kernel's uapi; Linux 6.11.</summary>
    /// <returns>Null where the kernel cannot do that, or does not let this process.</returns>
    public SafeFileHandle? TryOpenMountNamespace() => TryOpenNamespace(GetMountNamespaceRequest);

    /// <summary>The same for its network namespace.</summary>
    public SafeFileHandle? TryOpenNetworkNamespace() => TryOpenNamespace(GetNetworkNamespaceRequest);

    private SafeFileHandle? TryOpenNamespace(nuint request)
    {
        using Held held = Hold();
        int descriptor = ioctl(held.Descriptor, request, 0);
        return descriptor < 0 ? null : new SafeFileHandle(descriptor, ownsHandle: true);
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ioctl(int descriptor, nuint request, nuint argument);
}
