using Inro.Linux;
using Inro.Linux.Cgroups;

namespace Inro.Runtime.Resources;

/// <summary>v2: a cgroup has the controllers that each of its parents hands down by name.</summary>
internal static class UnifiedControllers
{
    /// <summary>Makes every controller of the tree's top available in the container's cgroup.</summary>
    /// <param name="location">In the v2 tree.</param>
    /// <param name="directory">The container's cgroup, open.</param>
    /// <param name="changes">Receives what was changed above it.</param>
    public static void Enable(CgroupLocation location, CgroupDirectory directory, List<string> changes)
    {
        if (location.Controllers.Count == 0 || HasAll(directory.Read("cgroup.controllers"), location.Controllers)) { return; }

        string path = "";
        CgroupDirectory parent = CgroupDirectory.Open(location.MountPoint, "/");
        foreach (string name in location.Path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            using CgroupDirectory current = parent;
            EnableIn(current, path.Length == 0 ? "/" : path, changes);
            path += "/" + name;
            parent = current.OpenChild(name);
        }

        parent.Dispose();
    }

    // One write for all is quicker; when the kernel refuses one of them it refuses all, so then each is tried alone.
    // A controller that stays away is an error only if a limit needs it: its file will be missing.
    private static void EnableIn(CgroupDirectory directory, string path, List<string> changes)
    {
        string available = directory.Read("cgroup.controllers");
        string[] missing = Missing(directory.Read("cgroup.subtree_control"), available.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        if (missing.Length == 0) { return; }

        string all = "+" + string.Join(" +", missing);
        if (directory.TryWrite("cgroup.subtree_control", all) == Errno.None)
        {
            changes.Add($"unified {path}: {all}");
            return;
        }

        foreach (string one in missing)
        {
            if (directory.TryWrite("cgroup.subtree_control", "+" + one) == Errno.None) { changes.Add($"unified {path}: +{one}"); }
        }
    }

    private static bool HasAll(string have, IReadOnlyList<string> wanted) => Missing(have, wanted).Length == 0;

    private static string[] Missing(string have, IReadOnlyList<string> wanted)
    {
        string[] there = have.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        List<string> missing = [];
        foreach (string name in wanted)
        {
            if (Array.IndexOf(there, name) < 0) { missing.Add(name); }
        }

        return [.. missing];
    }
}
