using Inro.Linux.Cgroups;
using Inro.Spec.Runtime;

namespace Inro.Runtime.Resources;

/// <summary>What <see cref="CgroupSet.Create"/> will make and write, decided before anything is touched. <c>explain</c> prints it.</summary>
public sealed record CgroupPlan
{
    /// <summary>One cgroup per mounted tree.</summary>
    public required IReadOnlyList<CgroupLocation> Locations { get; init; }

    /// <summary>Values in the order in which they are written.</summary>
    public required IReadOnlyList<CgroupWrite> Writes { get; init; }

    /// <summary>Rules for a device program on the v2 tree; null where v1's devices controller is mounted or no rule is asked for.</summary>
    public IReadOnlyList<DeviceRule>? DeviceProgram { get; init; }

    /// <summary>Class and priorities of the container's packets, by a program on the v2 tree; null where v1's controllers take them or none is asked for.</summary>
    public NetworkResources? PacketMarks { get; init; }

    /// <summary>Trees that the caller may not write to are left alone instead of failing, unless a limit needs them.</summary>
    public bool LeaveUndelegated { get; init; }

    /// <summary>Whether the parent directory is removed with the last container in it: it is Inro's own.</summary>
    public bool OwnsParent { get; init; }

    /// <summary>The user to whom the v2 cgroup is given; null leaves it as it is. See <see cref="CgroupOwner"/>.</summary>
    public uint? Owner { get; init; }

    /// <summary>The unit of systemd whose cgroup it is: systemd makes the directory then, around the process. Null: this program makes it.</summary>
    public CgroupUnit? Unit { get; init; }

    /// <summary>Decides the cgroups of one container.</summary>
    /// <param name="layout">What is mounted.</param>
    /// <param name="cgroupsPath">From config.json: absolute below each mount point, or relative to this process's own cgroup; null takes the default.</param>
    /// <param name="defaultPath">Path for a null <paramref name="cgroupsPath"/>, with the same meaning: the engine gives <c>/inro-instance/id</c>, the OCI face the bare id.</param>
    /// <param name="resources">Limits; null for none.</param>
    /// <param name="rootless">Whether trees that are not delegated are left alone.</param>
    /// <exception cref="ResourceException">A limit has no controller here, or contradicts itself.</exception>
    public static CgroupPlan Make(CgroupLayout layout, string? cgroupsPath, string defaultPath, LinuxResources? resources, bool rootless = false)
    {
        bool isDefault = string.IsNullOrEmpty(cgroupsPath);
        List<CgroupLocation> locations = new(layout.Hierarchies.Count);
        foreach (CgroupHierarchy tree in layout.Hierarchies)
        {
            locations.Add(CgroupLocation.In(tree, Place(tree, isDefault ? defaultPath : cgroupsPath!)));
        }

        var writes = new CgroupWriteList(locations);
        if (resources is not null) { LimitValues.AddAll(writes, resources, withDevices: true); }
        return new CgroupPlan
        {
            Locations = locations,
            Writes = writes.Items,
            DeviceProgram = writes.DeviceProgram,
            PacketMarks = writes.PacketMarks,
            LeaveUndelegated = rootless,
        };
    }

    // A v2 cgroup that holds processes cannot give controllers to its children, and our own holds at least us: a relative path starts beside it.
    private static string Place(CgroupHierarchy tree, string path)
    {
        string parent = tree.IsUnified && tree.Controllers.Count > 0 ? CgroupPath.Parent(tree.OwnPath) : tree.OwnPath;
        try
        {
            string resolved = CgroupPath.Resolve(parent, path);
            return resolved != "/" ? resolved : throw new ResourceException($"the cgroup path '{path}' is the top of the tree; a container needs a cgroup of its own");
        }
        catch (FormatException e)
        {
            throw new ResourceException(e.Message, remedy: "give linux.cgroupsPath as names separated by '/'", e);
        }
    }
}
