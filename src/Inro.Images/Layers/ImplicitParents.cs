using Inro.Linux;
using Inro.Linux.Files;

namespace Inro.Images.Layers;

/// <summary>
/// Directories that a layer has only as parents of others look like those of the layers below. Without this, a layer that holds
/// <c>tmp/x</c> alone would make <c>/tmp</c> of the whole image 0755.
/// </summary>
public static class ImplicitParents
{
    /// <summary>Copies owner, mode, times and attributes from the uppermost layer below that has the directory.</summary>
    /// <param name="layer">The layer's directory.</param>
    /// <param name="below">Directories of the layers below, the topmost first.</param>
    /// <param name="paths">What <see cref="AppliedLayer.ImplicitDirectories"/> said.</param>
    /// <param name="options">Privilege.</param>
    public static void Complete(DirFd layer, IReadOnlyList<DirFd> below, IReadOnlyList<byte[]> paths, LayerOptions options)
    {
        // children first: a parent's times are set after everything in it
        foreach (byte[] path in paths.OrderByDescending(p => p.Length))
        {
            if (LayerWalk.Open(layer, path, options, out DirFd? target, out bool hidesBelow) != Found.Directory) { continue; }

            using (target)
            {
                if (!hidesBelow) { CopyFromBelow(target!, below, path, options); }
            }
        }
    }

    private static void CopyFromBelow(DirFd target, IReadOnlyList<DirFd> below, byte[] path, LayerOptions options)
    {
        foreach (DirFd layer in below)
        {
            switch (LayerWalk.Open(layer, path, options, out DirFd? model, out _))
            {
                case Found.Directory:
                    using (model) { Copy(model!, target, options); }

                    return;
                case Found.Hidden:
                    return;
                default:
                    break; // the next one below may have it
            }
        }
    }

    private static void Copy(DirFd from, DirFd to, LayerOptions options)
    {
        FileStatus status = from.Status();
        if (options.KeepOwners) { Check(to.TrySetOwner(".\0"u8, status.UserId, status.GroupId), "fchownat"); }

        Check(to.TrySetMode(".\0"u8, status.Permissions), "fchmodat");
        foreach (byte[] name in ExtendedAttributes.List(from))
        {
            if (OverlayAttributes.IsReserved(name)) { continue; }

            Errno errno = ExtendedAttributes.TrySet(to, name, ExtendedAttributes.Get(from, name));
            if (!(errno == Errno.None || OverlayAttributes.IsTolerable(errno, Tar.TarEntryKind.Directory, name, options.IsPrivileged))) { Check(errno, "fsetxattr"); }
        }

        Check(to.TrySetTimes(".\0"u8, status.Accessed, status.Modified), "utimensat");
    }

    private static void Check(Errno errno, string call)
    {
        if (errno != Errno.None) { throw new LinuxException(call, "directory that a layer implies", errno); }
    }
}
