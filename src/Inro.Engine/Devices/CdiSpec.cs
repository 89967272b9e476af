using Inro.Spec.Runtime;

namespace Inro.Engine.Devices;

/// <summary>A file of CDI: the devices of one vendor and class.</summary>
/// <remarks>Source: Container Device Interface specification 1.0.</remarks>
/// <param name="Kind"><c>vendor.com/class</c>.</param>
/// <param name="Devices">What each device asks for, by its name.</param>
/// <param name="Edits">What all of them ask for.</param>
internal sealed record CdiSpec(string Kind, IReadOnlyDictionary<string, CdiEdits> Devices, CdiEdits Edits);

/// <summary>What a device changes in a container.</summary>
internal sealed record CdiEdits
{
    /// <summary><c>NAME=value</c>.</summary>
    public IReadOnlyList<string> Environment { get; init; } = [];

    /// <summary>Device nodes.</summary>
    public IReadOnlyList<CdiNode> Nodes { get; init; } = [];

    /// <summary>Mounts.</summary>
    public IReadOnlyList<MountConfig> Mounts { get; init; } = [];

    /// <summary>Hooks, each with the time at which it runs.</summary>
    public IReadOnlyList<(string When, HookConfig Hook)> Hooks { get; init; } = [];

    /// <summary>Groups that the container's process joins.</summary>
    public IReadOnlyList<uint> Groups { get; init; } = [];
}

/// <summary>A device node of CDI; what is null is as on the host.</summary>
/// <param name="Path">In the container.</param>
/// <param name="HostPath">On the host.</param>
internal sealed record CdiNode(string Path, string HostPath)
{
    /// <summary><c>c</c>, <c>b</c>, <c>u</c> or <c>p</c>.</summary>
    public string? Type { get; init; }

    /// <summary>Major number.</summary>
    public long? Major { get; init; }

    /// <summary>Minor number.</summary>
    public long? Minor { get; init; }

    /// <summary>Permission bits.</summary>
    public uint? Mode { get; init; }

    /// <summary>Some of <c>rwm</c>; empty: all.</summary>
    public string Permissions { get; init; } = "";

    /// <summary>Owner inside.</summary>
    public uint? UserId { get; init; }

    /// <summary>Group inside.</summary>
    public uint? GroupId { get; init; }
}
