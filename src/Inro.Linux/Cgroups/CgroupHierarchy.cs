namespace Inro.Linux.Cgroups;

/// <summary>One mounted cgroup tree: a v1 hierarchy with its controllers, a named v1 hierarchy, or the v2 tree.</summary>
/// <remarks>See cgroups(7).</remarks>
public sealed record CgroupHierarchy
{
    /// <summary>Where it is mounted, for example <c>/sys/fs/cgroup/memory</c>.</summary>
    public required string MountPoint { get; init; }

    /// <summary>v1: the controllers mounted here, empty for a named hierarchy. v2: what the tree's mount root offers.</summary>
    public required IReadOnlyList<string> Controllers { get; init; }

    /// <summary>The name of a v1 hierarchy without controllers (<c>systemd</c>), or null.</summary>
    public string? Name { get; init; }

    /// <summary>Whether this is the v2 tree.</summary>
    public required bool IsUnified { get; init; }

    /// <summary>The cgroup of this process as a path below the mount point: <c>/</c> or <c>/a/b</c>.</summary>
    public required string OwnPath { get; init; }

    /// <summary>Whether <paramref name="controller"/> is governed here.</summary>
    public bool Has(string controller)
    {
        foreach (string mine in Controllers)
        {
            if (mine == controller) { return true; }
        }

        return false;
    }

    /// <summary>What people call it: <c>memory</c>, <c>cpu,cpuacct</c>, <c>name=systemd</c> or <c>unified</c>.</summary>
    public string Label => IsUnified ? "unified" : Name is not null ? "name=" + Name : string.Join(',', Controllers);
}
