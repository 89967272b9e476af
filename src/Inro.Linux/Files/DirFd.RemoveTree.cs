
namespace Inro.Linux.Files;

public sealed partial class DirFd
{
    /// <summary>Deepest tree that is removed; the kernel's own limit on paths keeps trees of images far below.</summary>
    private const int MaxTreeDepth = 4096;

    /// <summary>Removes a name and everything below it, following no link and crossing no mount. Nothing happens if it is not there.</summary>
    /// <remarks>Others may remove the same tree at the same time (two commands, or the kernel's own overlay at its unmount): what is gone already is as wanted.</remarks>
    /// <param name="name">One name in this directory; ends with a zero byte.</param>
    public void RemoveTree(ReadOnlySpan<byte> name) => RemoveTree(name, MaxTreeDepth);

    /// <summary>The same for a name of ours.</summary>
    public void RemoveTree(string name) => RemoveTree(PathBytes.Encode(name), MaxTreeDepth);

    private void RemoveTree(ReadOnlySpan<byte> name, int depth)
    {
        Errno errno = TryRemove(name);
        if (errno is Errno.None or Errno.ENOENT) { return; }

        // unlink of a directory says EISDIR; EPERM is what POSIX allows
        if (errno is not (Errno.EISDIR or Errno.EPERM)) { throw new LinuxException("unlinkat", PathBytes.Show(name), errno); }

        errno = TryRemove(name, directory: true);
        if (errno is Errno.None or Errno.ENOENT) { return; }

        if (errno != Errno.ENOTEMPTY || depth == 0) { throw new LinuxException("unlinkat", PathBytes.Show(name), errno); }

        errno = TryOpenDirectory(name, ResolveFlags.NoSymlinks | ResolveFlags.NoMountCrossing, out DirFd? below);
        if (errno == Errno.ENOENT) { return; }

        if (below is null) { throw new LinuxException("openat2", PathBytes.Show(name), errno); }

        using (below)
        {
            foreach (byte[] entry in below.List()) { below.RemoveTree(entry, depth - 1); }
        }

        errno = TryRemove(name, directory: true);
        if (errno is not (Errno.None or Errno.ENOENT)) { throw new LinuxException("unlinkat", PathBytes.Show(name), errno); }
    }
}
