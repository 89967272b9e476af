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
        bool isOpaque = name.SequenceEqual(".wh..wh..opq"u8);

        // what aufs kept for itself beside the files: no part of the image
        if (!isOpaque && (path.StartsWith(".wh..wh."u8) || name.StartsWith(".wh..wh."u8))) { return true; }

        if (!name.StartsWith(".wh."u8)) { return false; }

        ReadOnlySpan<byte> hidden = name[".wh.".Length..];
        if (hidden.IsEmpty || hidden.SequenceEqual("."u8) || hidden.SequenceEqual(".."u8)) { throw new LayerException(entry, "a whiteout of no name"); }

        ReadOnlySpan<byte> above = LayerPath.Parent(path);
        if (made is not null) { Remove(above, isOpaque ? default : hidden); }
        else if (isOpaque) { Check(ExtendedAttributes.TrySet(Parent(entry, above), OverlayAttributes.Opaque(options.IsPrivileged), "y"u8), "fsetxattr", entry); }
        else { Hide(entry, Parent(entry, above), LayerPath.Terminated(hidden)); }

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

    /// <summary>Removes what the layers below have in a directory, under one name or (without one) under all.</summary>
    private void Remove(ReadOnlySpan<byte> path, ReadOnlySpan<byte> hidden)
    {
        if (root.TryOpenDirectory(LayerPath.Directory(path), ResolveFlags.None, out DirFd? directory) != Errno.None) { return; } // nothing is there

        using (directory)
        {
            NoteTimes(path, directory!);
            if (hidden.IsEmpty) { RemoveOthers(directory!, path); }
            else { RemoveBelow(directory!, Join(path, hidden), LayerPath.Terminated(hidden)); }
        }

        directories.Invalidate();
    }

    /// <summary>Leaves what this layer has made there.</summary>
    private void RemoveBelow(DirFd parent, byte[] path, ReadOnlySpan<byte> name)
    {
        if (!made!.Contains(path)) { parent.RemoveTree(name); }
        else if (parent.TryOpenDirectory(name, ResolveFlags.NoSymlinks, out DirFd? directory) == Errno.None)
        {
            using (directory) { RemoveOthers(directory!, path); }
        }
    }

    private void RemoveOthers(DirFd directory, ReadOnlySpan<byte> path)
    {
        foreach (byte[] name in directory.List()) { RemoveBelow(directory, Join(path, name.AsSpan(0, name.Length - 1)), name); }
    }

    private static byte[] Join(ReadOnlySpan<byte> path, ReadOnlySpan<byte> name) => path.IsEmpty ? name.ToArray() : [.. path, (byte)'/', .. name];

    /// <summary>Notes what this layer makes, and the directories that lead there.</summary>
    private void Keep(ReadOnlySpan<byte> path)
    {
        while (!path.IsEmpty && made!.Add(path)) { path = LayerPath.Parent(path); }
    }
}
