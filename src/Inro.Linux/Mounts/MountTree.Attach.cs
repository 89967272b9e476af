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

    /// <summary>Moves it to a place that is known by its descriptor: no name is resolved.</summary>
    /// <param name="mount">The mount.</param>
    /// <param name="place">Opened with <see cref="OpenFlags.PathOnly"/>; a directory for a directory, a file for a file.</param>
    public static void Attach(SafeFileHandle mount, SafeFileHandle place)
    {
        fixed (byte* nothing = "\0"u8)
        {
            if (syscall(SystemCall.MoveMount.Number, mount, nothing, place.DangerousGetHandle(), nothing, MountCalls.MoveFromEmptyPath | MountCalls.MoveToEmptyPath) < 0) { throw LinuxException.FromLastError("move_mount", "place"); }
        }

        GC.KeepAlive(place);
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial long syscall(long number, SafeFileHandle from, byte* fromPath, long to, byte* toPath, uint flags);
}
