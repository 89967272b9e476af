using System.Runtime.InteropServices;
using Inro.Linux.Files;
using Inro.Linux.Namespaces;
using Inro.Linux.Processes;

namespace Inro.Linux.Mounts;

public static unsafe partial class PrivateMounts
{
    private const int ShareNoPlace = 0x200; // CLONE_FS: working directory and root of this thread alone

    /// <summary>Opens the root of the mounts that a process sees; what the process has made its own root (chroot) does not count. See setns(2), Linux 5.8 for pidfds.</summary>
    /// <param name="process">Held by its descriptor, so it is no other one.</param>
    /// <returns>Names are looked up in those mounts, from whatever thread. Resolve them inside only.</returns>
    /// <exception cref="LinuxException">ESRCH: it has ended. EPERM: this process may not.</exception>
    public static DirFd OpenRootOf(PidFd process) => RunWithoutPlace(() =>
    {
        DirFd.Open("/").Dispose(); // whatever a first call needs is there before we are among files that are not the host's
        if (setns(process, (int)NamespaceFlags.Mount) < 0) { throw LinuxException.FromLastError("setns", "mount namespace of a container"); }

        return DirFd.Open("/");
    });

    /// <summary>Copies the root of the mounts that a process sees, without what is mounted below it, as a mount that is nowhere yet.</summary>
    /// <inheritdoc cref="OpenRootOf"/>
    public static Microsoft.Win32.SafeHandles.SafeFileHandle CopyRootOf(PidFd process) => RunWithoutPlace(() =>
    {
        MountTree.Clone("/").Dispose();
        if (setns(process, (int)NamespaceFlags.Mount) < 0) { throw LinuxException.FromLastError("setns", "mount namespace of a container"); }

        return MountTree.Clone("/");
    });

    /// <summary>Copies what is mounted at a path where a process sees it, as a mount that is nowhere yet.</summary>
    /// <inheritdoc cref="OpenRootOf"/>
    /// <param name="path">As the process would name it.</param>
    public static Microsoft.Win32.SafeHandles.SafeFileHandle CopyOf(PidFd process, string path) => RunWithoutPlace(() =>
    {
        TryClone(path); // whatever a first call needs is there before we are among files that are not the host's
        if (setns(process, (int)NamespaceFlags.Mount) < 0) { throw LinuxException.FromLastError("setns", "mount namespace of a container or its shim"); }

        return MountTree.Clone(path);
    });

    private static void TryClone(string path)
    {
        try { MountTree.Clone(path).Dispose(); }
        catch (LinuxException) { /* the host need not have it */ }
    }

    private static T RunWithoutPlace<T>(Func<T> action) => RunOnThread(() =>
    {
        if (unshare(ShareNoPlace) < 0) { throw LinuxException.FromLastError("unshare", "root and working directory"); }

        return action();
    });

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setns(PidFd process, int kinds);
}
