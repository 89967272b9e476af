using System.Runtime.InteropServices;
using Inro.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace Inro.Linux.Mounts;

/// <summary>Mounts as descriptors: copied from a place, moved to a place. See mount(8) for what they mean, and the pages of the calls.</summary>
public static unsafe partial class MountTree
{
    /// <summary>Copies what is mounted at a path, from that path on, as a mount that is nowhere yet. See open_tree(2), Linux 5.2.</summary>
    /// <param name="path">The path.</param>
    /// <param name="isRecursive">With what is mounted below it.</param>
    public static SafeFileHandle Clone(string path, bool isRecursive = false)
    {
        fixed (byte* p = PathBytes.Encode(path))
        {
            long tree = syscall(SystemCall.OpenTree.Number, MountCalls.CurrentDirectory, p, MountCalls.TreeClone | (isRecursive ? MountCalls.Recursive : 0));
            return tree >= 0 ? new SafeFileHandle((nint)tree, ownsHandle: true) : throw LinuxException.FromLastError("open_tree", path);
        }
    }

    /// <summary>The same for what a descriptor refers to: no name is resolved again.</summary>
    /// <param name="place">A file or directory.</param>
    /// <param name="isRecursive">With what is mounted below it.</param>
    public static SafeFileHandle Clone(SafeHandle place, bool isRecursive)
    {
        fixed (byte* nothing = "\0"u8)
        {
            long tree = syscall(SystemCall.OpenTree.Number, (int)place.DangerousGetHandle(), nothing, MountCalls.TreeClone | MountCalls.EmptyPath | (isRecursive ? MountCalls.Recursive : 0));
            GC.KeepAlive(place);
            return tree >= 0 ? new SafeFileHandle((nint)tree, ownsHandle: true) : throw LinuxException.FromLastError("open_tree", "descriptor");
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial long syscall(long number, long directory, byte* path, int flags);
}
