using System.Text;
using Inro.Linux;
using Inro.Linux.Files;

namespace Inro.Images.Layers;

/// <content>What the layer hides of those below, and what is there without being of it.</content>
public sealed partial class LayerComparison
{
    /// <summary>Names that the layer hides, by the directory's inode; the value is the path for people.</summary>
    private readonly Dictionary<(ulong Directory, string Name), string> hidden = [];

    /// <summary>Inodes of directories of which the layer shows nothing from below; the value is the path for people.</summary>
    private readonly Dictionary<ulong, string> opaque = [];

    /// <summary>Notes a whiteout; false where the entry is none. See <see cref="LayerApplier"/> for the rules.</summary>
    private bool TryNoteWhiteout(byte[] path)
    {
        ReadOnlySpan<byte> name = LayerPath.Name(path);
        if (!name.StartsWith(".wh."u8)) { return path.AsSpan().StartsWith(".wh..wh."u8); }

        bool isOpaque = name.SequenceEqual(".wh..wh..opq"u8);
        bool isOfAufs = !isOpaque && (path.AsSpan().StartsWith(".wh..wh."u8) || name.StartsWith(".wh..wh."u8));
        if (isOfAufs) { return true; }

        if (TryOpen(LayerPath.Parent(path), out DirFd? parent) != Errno.None)
        {
            different[path] = "is not hidden";
            return true;
        }

        using (parent)
        {
            ulong inode = parent!.Status().Inode;
            string place = PathBytes.Show(LayerPath.Parent(path).ToArray());
            seen.Add(inode);
            if (isOpaque) { opaque[inode] = place; }
            else { hidden[(inode, Encoding.Latin1.GetString(name[".wh.".Length..]))] = $"{place}/{PathBytes.Show(name[".wh.".Length..].ToArray())}".TrimStart('/'); }
        }

        return true;
    }

    /// <summary>Something that no entry has made or hidden: directories on the way to others are of the layer.</summary>
    private string? FindForeign(DirFd directory, string path, int depth)
    {
        FileStatus own = directory.Status();
        if (OverlayAttributes.IsOpaque(directory, options.IsPrivileged) && !opaque.Remove(own.Inode)) { return $"{path.TrimEnd('/')} hides what is below it"; }

        foreach (byte[] name in directory.List())
        {
            if (directory.TryStatus(name, out FileStatus status) != Errno.None) { continue; }

            string below = $"{path}{Encoding.UTF8.GetString(name.AsSpan().TrimEnd((byte)0))}";
            bool isHidden = hidden.Remove((own.Inode, Encoding.Latin1.GetString(name.AsSpan().TrimEnd((byte)0))));
            if (OverlayAttributes.IsWhiteout(status) ? !isHidden : status.Kind != FileKind.Directory && !seen.Contains(status.Inode)) { return $"{below} is not of it"; }

            if (status.Kind != FileKind.Directory || depth == 0) { continue; }

            if (isHidden) { opaque[status.Inode] = below; } // the layer hides the name, and has a directory there

            if (directory.TryOpenDirectory(name, ResolveFlags.NoSymlinks, out DirFd? inner) != Errno.None) { continue; }

            using (inner)
            {
                if (FindForeign(inner!, below + "/", depth - 1) is { } foreign) { return foreign; }

                if (!seen.Contains(status.Inode) && inner!.List(1).Count == 0) { return $"{below} is not of it"; }
            }
        }

        return null;
    }

    /// <summary>What the layer should hide and does not: the walk over everything has found all others.</summary>
    private string? FindShown()
    {
        foreach (string path in hidden.Values) { return $"{path} is not hidden"; }

        foreach (string path in opaque.Values) { return $"{(path.Length == 0 ? "/" : path)} does not hide what is below it"; }

        return null;
    }
}
