using Inro.Linux;
using Inro.Linux.Cgroups;

namespace Inro.Runtime.Resources;

/// <summary>The directory in which a container's cgroup is made; made itself where it is missing.</summary>
internal static class CgroupParent
{
    /// <summary>A neighbour may remove the empty parent while we look at it; then the walk starts again.</summary>
    private const int MaxRaces = 16;

    /// <summary>Opens the parent, which is made where it is missing, and makes the container's cgroup in it: from then on it is not empty and stays.</summary>
    /// <param name="location">Where the container's cgroup belongs.</param>
    /// <param name="name">The last component of its path.</param>
    /// <param name="made">False: the container's cgroup was there already.</param>
    public static CgroupDirectory OpenAndMakeChild(CgroupLocation location, string name, out bool made)
    {
        for (int race = 0; ; race++)
        {
            CgroupDirectory? parent = null;
            try
            {
                parent = Open(location);
                made = parent.MakeChild(name);
                return parent;
            }
            catch (LinuxException e)
            {
                parent?.Dispose();
                if (e.Errno is not (Errno.ENOENT or Errno.ENODEV) || race == MaxRaces) { throw; }
                // removed between mkdirat or openat and the next call: again from the top
            }
        }
    }

    private static CgroupDirectory Open(CgroupLocation location)
    {
        string path = CgroupPath.Parent(location.Path);
        return CgroupDirectory.TryOpen(location.MountPoint, path) ?? Walk(location.MountPoint, path);
    }

    private static CgroupDirectory Walk(string mountPoint, string path)
    {
        CgroupDirectory directory = CgroupDirectory.Open(mountPoint, "/");
        foreach (string name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            using CgroupDirectory parent = directory;
            parent.MakeChild(name);
            directory = parent.OpenChild(name);
        }

        return directory;
    }
}
