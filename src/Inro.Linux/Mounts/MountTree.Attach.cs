using System.Runtime.InteropServices;
using Inro.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace Inro.Linux.Mounts;

public static unsafe partial class MountTree
{
    /// <summary>Moves a mount that is nowhere yet to a path. See move_mount(2).</summary>
    public static void Attach(SafeFileHandle mount, string path)
    {
        fixed (byte* nothing = "\0"u8)
        fixed (byte* p = PathBytes.Encode(path))
        {
            if (syscall(SystemCall.MoveMount.Number, mount, nothing, MountCalls.CurrentDirectory, p, MountCalls.MoveFromEmptyPath) < 0) { throw LinuxException.FromLastError("move_mount", path); }
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial long syscall(long number, SafeFileHandle from, byte* fromPath, long to, byte* toPath, uint flags);
}
