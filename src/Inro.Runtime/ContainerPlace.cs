using Inro.Linux.Cgroups;
using Inro.Linux.Files;
using Inro.Runtime.Resources;
using Inro.Runtime.Systemd;

namespace Inro.Runtime;

/// <summary>Where a container is going to be: its id is taken, its cgroups are there without limits. See <see cref="ContainerRuntime.Prepare"/>.</summary>
/// <remarks>Goes to <see cref="LaunchRequest.Place"/>, which takes it over; one that is not used is given back by <see cref="GiveBack"/>.</remarks>
public sealed class ContainerPlace : IDisposable
{
    private readonly FileLock _held;
    private readonly Action _remove;

    internal ContainerPlace(DirFd directory, FileLock held, CgroupLayout layout, CgroupMaker cgroups, UnitDriver? unit, Action remove)
    {
        Unit = unit;
        Directory = directory;
        _held = held;
        Layout = layout;
        Cgroups = cgroups;
        _remove = remove;
    }

    /// <summary>The container's state directory; this process holds its lock.</summary>
    internal DirFd Directory { get; }

    /// <summary>The trees that were found.</summary>
    internal CgroupLayout Layout { get; }

    /// <summary>The cgroups, to be given their limits.</summary>
    internal CgroupMaker Cgroups { get; }

    /// <summary>The unit of systemd that is made around the first process; null where this program has made the cgroups.</summary>
    internal UnitDriver? Unit { get; }

    /// <summary>Removes the cgroups and the state: the id is free again. Processes that are just ending are waited for.</summary>
    /// <exception cref="ResourceException">A process in them does not end.</exception>
    public void GiveBack()
    {
        try { _remove(); }
        finally { Dispose(); }
    }

    /// <summary>Lets go of the descriptors; what was made stays.</summary>
    public void Dispose()
    {
        _held.Dispose();
        Directory.Dispose();
        Cgroups.Dispose();
        Unit?.Dispose();
    }
}

/// <summary>A place to make.</summary>
public sealed record PlaceRequest
{
    /// <summary>The container's id.</summary>
    public required string Id { get; init; }

    /// <summary>Absolute path of the bundle.</summary>
    public required string Bundle { get; init; }

    /// <summary>As in config.json: absolute below each mount point, or relative to this process's own cgroup; null takes the default.</summary>
    public string? CgroupsPath { get; init; }

    /// <summary>Path for a null <see cref="CgroupsPath"/>; null means the id.</summary>
    public string? DefaultCgroupsPath { get; init; }

    /// <summary>Whether the parent of the cgroup goes when the last container in it is deleted.</summary>
    public bool OwnsCgroupParent { get; init; }

    /// <summary>Whether no cgroups are made.</summary>
    public bool WithoutCgroups { get; init; }

    /// <summary>Whether systemd makes the cgroup when there is a process.</summary>
    public bool SystemdCgroups { get; init; }

    /// <summary>Whether cgroups that are not delegated are left alone; null: for an ordinary user only.</summary>
    public bool? LeavesUndelegatedCgroups { get; init; }

    /// <summary>Groups of resctrl that end with the container.</summary>
    internal IReadOnlyList<string> ResourceGroups { get; init; } = [];

    /// <summary>Specification version of the configuration, where it is known already.</summary>
    public string OciVersion { get; init; } = "1.0.0";

    /// <summary>The configuration's annotations, where they are known already.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>(0, StringComparer.Ordinal);
}
