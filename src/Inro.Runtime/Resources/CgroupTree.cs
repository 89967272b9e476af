using Inro.Linux;
using Inro.Linux.Cgroups;

namespace Inro.Runtime.Resources;

/// <summary>Removal of a cgroup with everything that the container made below it.</summary>
internal static class CgroupTree
{
    /// <summary>Deeper trees are not walked; the kernel's own default limit of nesting is in the same range.</summary>
    public const int MaxDepth = 64;

    /// <summary>Removes <paramref name="path"/>. EBUSY: a process is still in it. None: it is gone.</summary>
    public static Errno TryRemove(string mountPoint, string path)
    {
        using CgroupDirectory? parent = CgroupDirectory.TryOpen(mountPoint, CgroupPath.Parent(path));
        if (parent is null) { return Errno.None; }

        string name = path[(path.LastIndexOf('/') + 1)..];
        Errno errno = parent.RemoveChild(name);
        if (errno is not (Errno.EBUSY or Errno.ENOTEMPTY)) { return errno; }

        RemoveChildren(parent, name, depth: 0);
        return parent.RemoveChild(name);
    }

    /// <summary>Removes a cgroup only if nothing is in or below it.</summary>
    public static void TryRemoveEmpty(string mountPoint, string path)
    {
        if (path == "/") { return; }
        using CgroupDirectory? parent = CgroupDirectory.TryOpen(mountPoint, CgroupPath.Parent(path));
        parent?.RemoveChild(path[(path.LastIndexOf('/') + 1)..]);
    }

    private static void RemoveChildren(CgroupDirectory parent, string name, int depth)
    {
        using CgroupDirectory? directory = parent.TryOpenChild(name);
        if (directory is null || depth > MaxDepth) { return; }

        foreach (string child in directory.Children())
        {
            if (directory.RemoveChild(child) is Errno.EBUSY or Errno.ENOTEMPTY)
            {
                RemoveChildren(directory, child, depth + 1);
                directory.RemoveChild(child);
            }
        }
    }
}
