using Inro.Linux;
using Inro.Linux.Files;

namespace Inro.Images.Layers;

/// <summary>What one layer has under a path.</summary>
internal enum Found
{
    /// <summary>A directory.</summary>
    Directory,

    /// <summary>Nothing: the layers below say what is there.</summary>
    Nothing,

    /// <summary>Something else, or a mark that hides the layers below.</summary>
    Hidden,
}

/// <summary>Looks for directories in the layers of an image.</summary>
internal static class LayerWalk
{
    /// <summary>Goes name by name, because a whiteout or an opaque directory on the way (<paramref name="opaque"/>) hides the layers below.</summary>
    public static Found Open(DirFd layer, ReadOnlySpan<byte> path, LayerOptions options, out DirFd? found, out bool opaque)
    {
        found = layer.OpenDirectory(".\0"u8);
        opaque = false;
        if (path.Length == 0) { return Found.Directory; }

        foreach (Range range in path.Split((byte)'/'))
        {
            DirFd at = found!;
            opaque |= OverlayAttributes.IsOpaque(at, options.IsPrivileged);
            Errno errno = at.TryOpenDirectory(LayerPath.Terminated(path[range]), ResolveFlags.NoSymlinks, out found);
            at.Dispose();
            if (errno == Errno.None) { continue; }

            return errno == Errno.ENOENT && !opaque ? Found.Nothing : Found.Hidden;
        }

        return Found.Directory;
    }
}
