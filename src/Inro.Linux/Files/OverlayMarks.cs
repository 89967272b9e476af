using System.Runtime.InteropServices;

namespace Inro.Linux.Files;

/// <summary>How overlayfs marks in a layer what hides the layers below. See the kernel's Documentation/filesystems/overlayfs.rst.</summary>
public static unsafe partial class OverlayMarks
{
    /// <summary>Whether the entry stands for "nothing here": a character device 0:0.</summary>
    public static bool IsWhiteout(FileStatus status) => status.Kind == FileKind.CharacterDevice && status.Node is (0, 0);

    /// <summary>Whether the directory hides the directories of the same name below it. An ordinary user's layers carry the mark as user.overlay.opaque; fuse-overlayfs has a name of its own.</summary>
    public static bool IsOpaque(DirFd directory) => Is(directory, "trusted.overlay.opaque") || Is(directory, "user.overlay.opaque") || Is(directory, "user.fuseoverlayfs.opaque");

    private static bool Is(DirFd directory, string name)
    {
        byte value = 0;
        return fgetxattr(directory, name, &value, 1) == 1 && value == 'y';
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint fgetxattr(DirFd file, string name, byte* value, nuint size);
}
