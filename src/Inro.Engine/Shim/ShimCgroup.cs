using System.Globalization;
using Inro.Linux;
using Inro.Linux.Cgroups;

namespace Inro.Engine.Shim;

/// <summary>The cgroup of an instance's shims: neither the container's nor the person's session is charged for them.</summary>
/// <remarks>
/// A shim moves there when its container has lived for a while: moving a process costs milliseconds on some kernels, and most containers
/// end first. Where it may not be made (an ordinary user without delegation) the shim stays where it is.
/// </remarks>
internal sealed class ShimCgroup
{
    private readonly List<(CgroupHierarchy Tree, string Before)> moved = [];
    private readonly string path;

    private ShimCgroup(string path) => this.path = path;

    /// <summary>Moves this process, in each tree where that is possible.</summary>
    /// <param name="path">Path of the cgroup below each tree's mount point.</param>
    public static ShimCgroup Enter(string path)
    {
        var place = new ShimCgroup(path);
        try
        {
            foreach (CgroupHierarchy tree in CgroupLayout.Read().Hierarchies) { place.Enter(tree); }
        }
        catch (Exception failure) when (failure is LinuxException or IOException) { /* no readable cgroups: it stays */ }

        return place;
    }

    /// <summary>Moves this process back and removes the cgroup if no other shim is in it.</summary>
    public void Leave()
    {
        foreach ((CgroupHierarchy tree, string before) in moved)
        {
            try
            {
                using CgroupDirectory? old = CgroupDirectory.TryOpen(tree.MountPoint, before);
                old?.TryWrite("cgroup.procs", Own());
                using CgroupDirectory? parent = CgroupDirectory.TryOpen(tree.MountPoint, Parent());
                parent?.RemoveChild(Name());
            }
            catch (Exception failure) when (failure is LinuxException or IOException) { /* the last shim of the instance removes it */ }
        }
    }

    private static string Own() => Environment.ProcessId.ToString(CultureInfo.InvariantCulture);

    private void Enter(CgroupHierarchy tree)
    {
        try
        {
            using CgroupDirectory? parent = CgroupDirectory.TryOpen(tree.MountPoint, Parent());
            if (parent is null) { return; }

            parent.MakeChild(Name());
            using CgroupDirectory place = parent.OpenChild(Name());
            if (place.TryWrite("cgroup.procs", Own()) == Errno.None) { moved.Add((tree, tree.OwnPath)); }
            else { parent.RemoveChild(Name()); }
        }
        catch (Exception failure) when (failure is LinuxException or IOException) { /* this tree does not let us */ }
    }

    private string Parent() => path[..path.LastIndexOf('/')] is { Length: > 0 } parent ? parent : "/";

    private string Name() => path[(path.LastIndexOf('/') + 1)..];
}
