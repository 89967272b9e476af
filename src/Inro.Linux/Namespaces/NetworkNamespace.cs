using System.Runtime.InteropServices;
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

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setns(SafeFileHandle ns, int type);
}
