using Inro.Linux;
using Inro.Linux.Cgroups;

namespace Inro.Runtime.Resources;

/// <summary>v2: a cgroup has the controllers that each of its parents hands down by name.</summary>
internal static class UnifiedControllers
{
    /// <summary>What statistics are read from; enabled wherever the tree has it.</summary>
    private static readonly string[] Counted = ["cpu", "io", "memory", "pids"];

    /// <summary>The controllers that a container's cgroup needs: those that count, and those that a limit names. No other is touched.</summary>
    public static string[] Needed(CgroupPlan plan, int index)
    {
        CgroupLocation location = plan.Locations[index];
        List<string> needed = [];
        foreach (string name in Counted)
        {
            if (location.Has(name)) { needed.Add(name); }
        }

        foreach (CgroupWrite write in plan.Writes)
        {
            string controller = write.File[..Math.Max(0, write.File.IndexOf('.'))]; // "memory.max", "hugetlb.2MB.max"
            if (write.Location == index && location.Has(controller) && !needed.Contains(controller)) { needed.Add(controller); }
        }

        return [.. needed];
    }

    /// <summary>Makes controllers available in the container's cgroup.</summary>
    /// <param name="location">In the v2 tree.</param>
    /// <param name="directory">The container's cgroup, open.</param>
    /// <param name="needed">Their names.</param>
    /// <param name="changes">Receives what was changed above it.</param>
    public static void Enable(CgroupLocation location, CgroupDirectory directory, string[] needed, List<string> changes)
    {
        if (needed.Length == 0 || Missing(directory.Read("cgroup.controllers"), needed).Length == 0) { return; }

        string path = "";
        CgroupDirectory parent = CgroupDirectory.Open(location.MountPoint, "/");
        foreach (string name in location.Path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            using CgroupDirectory current = parent;
            EnableIn(current, path.Length == 0 ? "/" : path, needed, changes);
            path += "/" + name;
            parent = current.OpenChild(name);
        }

        parent.Dispose();
    }

    // One write for all is quicker; when the kernel refuses one of them it refuses all, so then each is tried alone.
    // A controller that stays away is an error only if a limit needs it: its file will be missing.
    private static void EnableIn(CgroupDirectory directory, string path, string[] needed, List<string> changes)
    {
        string[] missing = Missing(directory.Read("cgroup.subtree_control"), needed);
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

    private static string[] Missing(string have, string[] wanted)
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
