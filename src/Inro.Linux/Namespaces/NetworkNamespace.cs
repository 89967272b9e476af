using System.Runtime.InteropServices;
using Inro.Linux.Processes;
using Microsoft.Win32.SafeHandles;

namespace Inro.Linux.Namespaces;

/// <summary>Network namespaces of threads.</summary>
public static partial class NetworkNamespace
{
    /// <summary>Moves the calling thread into a network namespace, for the rest of its life. See setns(2).</summary>
    /// <param name="network">A network namespace's file.</param>
    /// <exception cref="LinuxException">EPERM: this process has no rights over it.</exception>
    public static void Join(SafeFileHandle network)
    {
        if (setns(network, (int)NamespaceFlags.Network) < 0) { throw LinuxException.FromLastError("setns", "network namespace"); }
    }

    /// <summary>The same with the network namespace of a process. See setns(2), Linux 5.8 for pidfds.</summary>
    /// <param name="process">Held by its descriptor, so it is no other one.</param>
    /// <exception cref="LinuxException">ESRCH: it has ended. EPERM: this process has no rights over it.</exception>
    public static void Join(PidFd process)
    {
        if (setns(process, (int)NamespaceFlags.Network) < 0) { throw LinuxException.FromLastError("setns", "network namespace of a container"); }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setns(SafeFileHandle ns, int type);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setns(PidFd process, int type);
}
