using Inro.Linux;
using Inro.Linux.Cgroups;

namespace Inro.Runtime.Resources;

/// <summary>The directory in which a container's cgroup is made; made itself where it is missing.</summary>
internal static class CgroupParent
{
    /// <summary>A neighbour may remove the empty parent while we look at it; then the walk starts again.</summary>
    private const int MaxRaces = 16;

    public static CgroupDirectory Open(CgroupLocation location)
    {
        string path = CgroupPath.Parent(location.Path);
        if (CgroupDirectory.TryOpen(location.MountPoint, path) is { } there) { return there; }

        for (int race = 0; ; race++)
        {
            try
            {
                return Walk(location.MountPoint, path);
            }
            catch (LinuxException e) when (e.Errno is Errno.ENOENT or Errno.ENODEV && race < MaxRaces)
            {
                // removed between mkdirat and openat: again from the top
            }
        }
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
