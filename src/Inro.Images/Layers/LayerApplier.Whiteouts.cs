using Inro.Images.Layers.Tar;
using Inro.Linux;
using Inro.Linux.Files;

namespace Inro.Images.Layers;

public sealed partial class LayerApplier
{
    /// <summary>Applies an entry whose path holds a whiteout's prefix. False where it is an ordinary name after all.</summary>
    private bool TryApplyWhiteout(TarEntry entry, ReadOnlySpan<byte> path)
    {
        ReadOnlySpan<byte> name = LayerPath.Name(path);
        if (name.SequenceEqual(".wh..wh..opq"u8))
        {
            DirFd directory = Parent(entry, LayerPath.Parent(path));
            Check(ExtendedAttributes.TrySet(directory, OverlayAttributes.Opaque(options.IsPrivileged), "y"u8), "fsetxattr", entry);
            return true;
        }

        // what aufs kept for itself beside the files: no part of the image
        if (path.StartsWith(".wh..wh."u8) || name.StartsWith(".wh..wh."u8)) { return true; }

        if (!name.StartsWith(".wh."u8)) { return false; }

        ReadOnlySpan<byte> hidden = name[".wh.".Length..];
        if (hidden.IsEmpty || hidden.SequenceEqual("."u8) || hidden.SequenceEqual(".."u8)) { throw new LayerException(entry, "a whiteout of no name"); }

        Hide(entry, Parent(entry, LayerPath.Parent(path)), LayerPath.Terminated(hidden));
        return true;
    }

    /// <summary>Hides a name of the layers below. What this layer itself has under that name stays, and hides it too.</summary>
    private void Hide(TarEntry entry, DirFd parent, ReadOnlySpan<byte> name)
    {
        Errno errno = parent.TryMakeNode(name, FileKind.CharacterDevice, 0);
        if (errno != Errno.EEXIST)
        {
            Check(errno, "mknodat", entry);
            return;
        }

        Check(parent.TryStatus(name, out FileStatus status), "statx", entry);
        if (status.Kind == FileKind.Directory)
        {
            Check(ExtendedAttributes.TrySet(parent, name, OverlayAttributes.Opaque(options.IsPrivileged), "y"u8), "setxattrat", entry);
        }
    }
}
