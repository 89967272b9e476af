using Inro.Linux;
using Inro.Linux.Cgroups;

namespace Inro.Runtime.Resources;

/// <summary>Removal of a cgroup with everything that the container made below it.</summary>
internal static class CgroupTree
{
    /// <summary>Processes deeper than that are not looked for one by one.</summary>
    public const int MaxDepth = 64;

    /// <summary>Removes <paramref name="path"/>. EBUSY: a process is still in it. None: it is gone.</summary>
    public static Errno TryRemove(string mountPoint, string path)
    {
        using CgroupDirectory? parent = CgroupDirectory.TryOpen(mountPoint, CgroupPath.Parent(path));
        if (parent is null) { return Errno.None; }

        string name = path[(path.LastIndexOf('/') + 1)..];
        Errno errno = parent.RemoveChild(name);
        if (errno is not (Errno.EBUSY or Errno.ENOTEMPTY)) { return errno; }

        RemoveBelow(parent, name);
        return parent.RemoveChild(name);
    }

    /// <summary>Removes a cgroup only if nothing is in or below it.</summary>
    public static void TryRemoveEmpty(string mountPoint, string path)
    {
        if (path == "/") { return; }
        using CgroupDirectory? parent = CgroupDirectory.TryOpen(mountPoint, CgroupPath.Parent(path));
        parent?.RemoveChild(path[(path.LastIndexOf('/') + 1)..]);
    }

    // Down to a leaf, up again, and with one open directory at a time: a container can nest its cgroups as deep as it likes.
    private static void RemoveBelow(CgroupDirectory parent, string name)
    {
        Stack<string> above = [];
        CgroupDirectory? current = parent.TryOpenChild(name);
        while (current is not null)
        {
            if (RemoveLeaves(current) is { } inner)
            {
                above.Push(inner);
                current = Step(current, inner);
                continue;
            }

            if (!above.TryPop(out string? emptied))
            {
                current.Dispose();
                return;
            }

            current = Step(current, "..");
            if (current?.RemoveChild(emptied) is not (null or Errno.None))
            {
                current.Dispose();
                return; // a process is in it
            }
        }
    }

    private static CgroupDirectory? Step(CgroupDirectory from, string name)
    {
        using (from) { return from.TryOpenChild(name); }
    }

    /// <summary>Removes the children that have none themselves; the first that stays is returned.</summary>
    private static string? RemoveLeaves(CgroupDirectory directory)
    {
        foreach (string child in directory.Children())
        {
            if (directory.RemoveChild(child) is Errno.EBUSY or Errno.ENOTEMPTY) { return child; }
        }

        return null;
    }
}
