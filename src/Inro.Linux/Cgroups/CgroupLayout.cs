using System.Text;

namespace Inro.Linux.Cgroups;

/// <summary>Which cgroup trees are mounted and where this process stands in them. Read anew by whoever needs it, never cached.</summary>
public sealed class CgroupLayout
{
    /// <summary>A host with a hundred thousand mounts stays below this; a longer table is refused.</summary>
    private const int MaxTableBytes = 64 << 20;

    private CgroupLayout(IReadOnlyList<CgroupHierarchy> hierarchies) => Hierarchies = hierarchies;

    /// <summary>Every mounted tree once, in the order of the mount table.</summary>
    public IReadOnlyList<CgroupHierarchy> Hierarchies { get; }

    /// <summary>The v2 tree, alone or beside v1 hierarchies; null where it is not mounted.</summary>
    public CgroupHierarchy? Unified
    {
        get
        {
            foreach (CgroupHierarchy hierarchy in Hierarchies)
            {
                if (hierarchy.IsUnified) { return hierarchy; }
            }

            return null;
        }
    }

    /// <summary>Whether the v2 tree is the only one.</summary>
    public bool IsPureUnified => Hierarchies.Count == 1 && Hierarchies[0].IsUnified;

    /// <summary>Reads <c>/proc/self/mountinfo</c>, <c>/proc/self/cgroup</c> and the controllers of the v2 tree.</summary>
    public static CgroupLayout Read()
    {
        byte[] mounts = CgroupFile.ReadAll("/proc/self/mountinfo", MaxTableBytes);
        byte[] own = CgroupFile.ReadAll("/proc/self/cgroup", MaxTableBytes);
        return Parse(mounts, own, static mountPoint => Encoding.ASCII.GetString(CgroupFile.ReadAll(mountPoint + "/cgroup.controllers", 4096)));
    }

    /// <summary>The same from given texts; <paramref name="unifiedControllers"/> gives the content of a v2 mount's cgroup.controllers.</summary>
    public static CgroupLayout Parse(ReadOnlySpan<byte> mountInfo, ReadOnlySpan<byte> ownCgroups, Func<string, string> unifiedControllers)
    {
        List<CgroupHierarchy> found = [];
        List<string> seen = [];
        while (!mountInfo.IsEmpty)
        {
            ReadOnlySpan<byte> line = TakeLine(ref mountInfo);
            int dash = line.IndexOf(" - cgroup"u8);
            if (dash < 0) { continue; }

            CgroupMountLine mount = CgroupMountLine.Parse(line, dash);
            if (!mount.IsCgroup || seen.Contains(mount.Device)) { continue; } // a bind mount of a tree that is already known
            seen.Add(mount.Device);
            string own = OwnCgroup(ownCgroups, mount);
            found.Add(new CgroupHierarchy
            {
                MountPoint = mount.MountPoint,
                IsUnified = mount.IsUnified,
                Controllers = mount.IsUnified ? Words(unifiedControllers(mount.MountPoint)) : mount.Controllers,
                Name = mount.Name,
                OwnPath = Below(mount.Root, own),
            });
        }

        return new CgroupLayout(found);
    }

    /// <summary>The tree that governs <paramref name="controller"/>, or null where none does.</summary>
    public CgroupHierarchy? Find(string controller)
    {
        foreach (CgroupHierarchy hierarchy in Hierarchies)
        {
            if (hierarchy.Has(controller)) { return hierarchy; }
        }

        return null;
    }

    internal static ReadOnlySpan<byte> TakeLine(ref ReadOnlySpan<byte> text)
    {
        int end = text.IndexOf((byte)'\n');
        ReadOnlySpan<byte> line = end < 0 ? text : text[..end];
        text = end < 0 ? default : text[(end + 1)..];
        return line;
    }

    private static string[] Words(string text) => text.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries);

    // Lines are "id:controllers:path"; the v2 line has no controllers, a named hierarchy has "name=x".
    private static string OwnCgroup(ReadOnlySpan<byte> table, CgroupMountLine mount)
    {
        while (!table.IsEmpty)
        {
            ReadOnlySpan<byte> line = TakeLine(ref table);
            int first = line.IndexOf((byte)':');
            if (first < 0) { continue; }

            int second = line[(first + 1)..].IndexOf((byte)':');
            if (second < 0) { continue; }

            ReadOnlySpan<byte> key = line.Slice(first + 1, second);
            if (mount.Is(key)) { return Encoding.UTF8.GetString(line[(first + second + 2)..]); }
        }

        return "/";
    }

    // A mount may show only a part of the tree (a container's own cgroup); what lies outside of it cannot be reached.
    private static string Below(string root, string own)
    {
        if (root == "/") { return own; }
        if (own == root || !own.StartsWith(root + "/", StringComparison.Ordinal)) { return "/"; }
        return own[root.Length..];
    }
}
