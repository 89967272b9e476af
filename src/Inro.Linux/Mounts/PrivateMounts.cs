using System.Runtime.InteropServices;
using Inro.Linux.Namespaces;

namespace Inro.Linux.Mounts;

/// <summary>Mounts that nobody else sees: a mount namespace of one thread, which ends with it, whatever becomes of this process.</summary>
public static unsafe partial class PrivateMounts
{
    /// <summary>Runs something on a thread that is in a copy of this process's mount namespace. What is mounted there goes with the thread,
    /// or with the last process that it started; mounts that the host makes meanwhile are seen. See mount_namespaces(7).</summary>
    /// <exception cref="LinuxException">EPERM: this process may not.</exception>
    public static T Run<T>(Func<T> action) => RunOnThread(() =>
    {
        Enter();
        return action();
    });

    private static T RunOnThread<T>(Func<T> action)
    {
        T? result = default;
        System.Runtime.ExceptionServices.ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try { result = action(); }
            catch (Exception e) { failure = System.Runtime.ExceptionServices.ExceptionDispatchInfo.Capture(e); } // thrown again below, on the caller's thread
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result!; // set, for nothing was thrown
    }

    private static void Enter()
    {
        if (unshare((int)NamespaceFlags.Mount) < 0) { throw LinuxException.FromLastError("unshare", "mount namespace"); }

        Mount("none", "/", MountFlags.Slave | MountFlags.Recursive);
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int unshare(int flags);
}
