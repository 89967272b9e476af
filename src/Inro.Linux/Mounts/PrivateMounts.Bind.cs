using System.Runtime.InteropServices;
using Inro.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace Inro.Linux.Mounts;

public static unsafe partial class PrivateMounts
{
    /// <summary>Binds a directory with the mounts below it to a directory of ours, without propagation between the two.</summary>
    public static void Bind(string source, string target)
    {
        Mount(source, target, MountFlags.Bind | MountFlags.Recursive);
        Mount("none", target, MountFlags.Private | MountFlags.Recursive);
    }

    /// <summary>Binds a file or directory with the mounts below it to a place that is known by its descriptor: no name of the target is resolved again.</summary>
    /// <param name="source">The host's path.</param>
    /// <param name="place">Where; opened with <see cref="OpenFlags.PathOnly"/>.</param>
    public static void Bind(string source, SafeFileHandle place)
    {
        using SafeFileHandle tree = Copy(source);
        fixed (byte* nothing = "\0"u8)
        {
            if (syscall(SystemCall.MoveMount.Number, (int)tree.DangerousGetHandle(), nothing, (int)place.DangerousGetHandle(), nothing, MountCalls.MoveFromEmptyPath | MountCalls.MoveToEmptyPath) < 0)
            {
                throw LinuxException.FromLastError("move_mount", source);
            }
        }

        GC.KeepAlive(place);
    }

    private static SafeFileHandle Copy(string source)
    {
        fixed (byte* path = PathBytes.Encode(source))
        {
            long tree = syscall(SystemCall.OpenTree.Number, MountCalls.CurrentDirectory, path, MountCalls.TreeClone | MountCalls.Recursive, null, 0);
            return tree >= 0 ? new SafeFileHandle((nint)tree, ownsHandle: true) : throw LinuxException.FromLastError("open_tree", source);
        }
    }

    private static void Mount(string source, string target, MountFlags flags)
    {
        if (mount(source, target, null, (ulong)flags, null) < 0) { throw LinuxException.FromLastError("mount", target); }
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int mount(string source, string target, byte* type, ulong flags, byte* data);

    [LibraryImport("libc", SetLastError = true)]
    private static partial long syscall(long number, long a0, byte* a1, long a2, byte* a3, long a4);
}
