using Inro.Linux.Cgroups;

namespace Inro.Runtime.Resources;

/// <summary>A container's cgroup in one tree. Kept in the state, so that a later command needs no look at the mount table.</summary>
/// <param name="MountPoint">Where the tree is mounted.</param>
/// <param name="Path">Below the mount point, absolute, never <c>/</c> alone.</param>
/// <param name="Controllers">v1: those of the hierarchy. v2: those that the tree offers at its top.</param>
/// <param name="IsUnified">Whether this is the v2 tree.</param>
/// <param name="Name">Name of a v1 hierarchy without controllers, or null.</param>
public sealed record CgroupLocation(string MountPoint, string Path, IReadOnlyList<string> Controllers, bool IsUnified, string? Name = null)
{
    /// <summary>The whole path of the directory.</summary>
    public string Directory => MountPoint + Path;

    /// <summary>What people call the tree: <c>memory</c>, <c>cpu,cpuacct</c>, <c>name=systemd</c> or <c>unified</c>.</summary>
    public string Label => IsUnified ? "unified" : Name is not null ? "name=" + Name : string.Join(',', Controllers);

    /// <summary>Whether the tree governs <paramref name="controller"/>.</summary>
    public bool Has(string controller)
    {
        foreach (string mine in Controllers)
        {
            if (mine == controller) { return true; }
        }

        return false;
    }

    internal static CgroupLocation In(CgroupHierarchy tree, string path) =>
        new(tree.MountPoint, path, tree.Controllers, tree.IsUnified, tree.Name);
}
