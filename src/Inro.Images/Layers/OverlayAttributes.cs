using Inro.Images.Layers.Tar;
using Inro.Linux;
using Inro.Linux.Files;

namespace Inro.Images.Layers;

/// <summary>How overlayfs marks what a layer hides. See the kernel's Documentation/filesystems/overlayfs.rst, "whiteouts and opaque directories".</summary>
internal static class OverlayAttributes
{
    /// <summary>Name of the attribute that hides everything below a directory; ends with a zero byte.</summary>
    public static ReadOnlySpan<byte> Opaque(bool privileged) => privileged ? "trusted.overlay.opaque\0"u8 : "user.overlay.opaque\0"u8;

    /// <summary>True for attributes that only overlayfs, or the program fuse-overlayfs, may mean something by: one from an image could redirect a lookup to any file of the layers.</summary>
    public static bool IsReserved(ReadOnlySpan<byte> name) => name.StartsWith("trusted.overlay."u8) || name.StartsWith("user.overlay."u8) || name.StartsWith("user.fuseoverlayfs."u8);

    /// <summary>True for overlayfs's whiteout: character device 0/0.</summary>
    public static bool IsWhiteout(in FileStatus status) => status is { Kind: FileKind.CharacterDevice, Node: (0, 0) };

    /// <summary>True where a directory is marked opaque.</summary>
    public static bool IsOpaque(DirFd directory, bool privileged) => ExtendedAttributes.Has(directory, Opaque(privileged), "y"u8);

    /// <summary>True where a refusal to set an attribute of an image is no failure.</summary>
    /// <param name="errno">What the kernel said.</param>
    /// <param name="kind">What the attribute is set on: <c>user.*</c> is for files and directories only.</param>
    /// <param name="name">The attribute.</param>
    /// <param name="privileged">Whether refusals are to be expected.</param>
    public static bool IsTolerable(Errno errno, TarEntryKind kind, ReadOnlySpan<byte> name, bool privileged) => errno switch
    {
        Errno.EOPNOTSUPP => true, // the file system has no such attributes
        Errno.EPERM or Errno.EACCES => !privileged || (kind is not (TarEntryKind.File or TarEntryKind.Directory) && name.StartsWith("user."u8)),
        _ => false,
    };
}
