using Inro.Linux.Cgroups;

namespace Inro.Runtime.Resources;

/// <summary>Reading what the container's documents of statistics hold.</summary>
public sealed partial class CgroupSet
{
    /// <summary>Whether the tree that governs a controller is v2's; null where none governs it.</summary>
    internal bool? IsUnified(string controller)
    {
        foreach (CgroupLocation location in Locations)
        {
            if (location.Has(controller)) { return location.IsUnified; }
        }

        return null;
    }

    /// <summary>Reads a file of the v2 cgroup that is there whatever controllers it has; null without one.</summary>
    internal string? ReadUnified(string file) => UnifiedIndex is var index and >= 0 ? _directories[index].TryRead(file) : null;

    /// <summary>Begins to watch for a lack of memory.</summary>
    internal OutOfMemoryWatch WatchMemory()
    {
        foreach (CgroupLocation location in Locations)
        {
            if (location.Has("memory")) { return OutOfMemoryWatch.Begin(CgroupDirectory.TryOpen(location.MountPoint, location.Path), location.IsUnified); }
        }

        return OutOfMemoryWatch.Begin(null, isUnified: false);
    }
}
