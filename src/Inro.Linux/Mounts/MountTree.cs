using System.Runtime.InteropServices;
using Inro.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace Inro.Linux.Mounts;

/// <summary>Mounts as descriptors: copied from a place, moved to a place. See mount(8) for what they mean, and the pages of the calls.</summary>
public static unsafe partial class MountTree
{
    /// <summary>Copies what is mounted at a path, from that path on, as a mount that is nowhere yet. See open_tree(2), Linux 5.2.</summary>
    public static SafeFileHandle Clone(string path)
    {
        fixed (byte* p = PathBytes.Encode(path))
        {
            long tree = syscall(SystemCall.OpenTree.Number, MountCalls.CurrentDirectory, p, MountCalls.TreeClone);
            return tree >= 0 ? new SafeFileHandle((nint)tree, ownsHandle: true) : throw LinuxException.FromLastError("open_tree", path);
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial long syscall(long number, long directory, byte* path, uint flags);
}
