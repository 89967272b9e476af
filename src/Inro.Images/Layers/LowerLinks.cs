using Inro.Linux;
using Inro.Linux.Files;
using Inro.Linux.Processes;

namespace Inro.Images.Layers;

/// <summary>Hard links of a layer to files that the layers below have: as overlayfs does on link(2), the file is copied up, and both are names of the copy.</summary>
public static class LowerLinks
{
    /// <summary>Makes them. The directories on the way are there: <see cref="LayerApplier"/> made them.</summary>
    /// <param name="layer">The layer's directory.</param>
    /// <param name="below">Directories of the layers below, the topmost first.</param>
    /// <param name="links">What <see cref="AppliedLayer.LowerLinks"/> said, in the layer's order.</param>
    /// <param name="options">Privilege.</param>
    /// <exception cref="LayerException">No layer has the file.</exception>
    public static void Complete(DirFd layer, IReadOnlyList<DirFd> below, IReadOnlyList<LowerLink> links, LayerOptions options)
    {
        foreach (LowerLink link in links)
        {
            byte[] name = LayerPath.Terminated(LayerPath.Name(link.Target));
            using DirFd home = layer.OpenDirectory(LayerPath.Directory(LayerPath.Parent(link.Target)));
            using DirFd place = layer.OpenDirectory(LayerPath.Directory(LayerPath.Parent(link.Path)));
            FileStatus homeBefore = home.Status(), placeBefore = place.Status();
            if (home.TryStatus(name, out _) == Errno.ENOENT) { CopyUp(link, name, home, below, options); }

            Errno errno = place.TryLink(home, name, LayerPath.Terminated(LayerPath.Name(link.Path)));
            if (errno is not (Errno.None or Errno.EEXIST)) { throw new LinuxException("linkat", PathBytes.Show(link.Path), errno); } // a later entry has the name

            home.TrySetTimes(".\0"u8, homeBefore.Accessed, homeBefore.Modified);
            place.TrySetTimes(".\0"u8, placeBefore.Accessed, placeBefore.Modified);
        }
    }

    private static void CopyUp(LowerLink link, byte[] name, DirFd home, IReadOnlyList<DirFd> below, LayerOptions options)
    {
        foreach (DirFd layer in below)
        {
            Found found = LayerWalk.Open(layer, LayerPath.Parent(link.Target), options, out DirFd? directory, out bool hidesBelow);
            if (found == Found.Hidden) { break; }

            if (found == Found.Nothing) { continue; }

            using (directory)
            {
                if (directory!.TryStatus(name, out FileStatus status) == Errno.None)
                {
                    if (OverlayAttributes.IsWhiteout(status) || status.Kind == FileKind.Directory) { break; }

                    new TreeCopy(status => options.KeepOwners ? CopiedOwner.Same(status) : new CopiedOwner(EffectiveIds.User, EffectiveIds.Group)).CopyName(directory, home, name);
                    return;
                }

                hidesBelow |= OverlayAttributes.IsOpaque(directory, options.IsPrivileged);
            }

            if (hidesBelow) { break; }
        }

        throw new LayerException(link.Path, $"a hard link to '{PathBytes.Show(link.Target)}', which neither the layer nor one below has");
    }
}
