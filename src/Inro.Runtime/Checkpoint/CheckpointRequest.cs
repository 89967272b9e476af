using Microsoft.Win32.SafeHandles;

namespace Inro.Runtime.Checkpoint;

/// <summary>A container to write to disk.</summary>
public sealed record CheckpointRequest
{
    /// <summary>The container.</summary>
    public required string Id { get; init; }

    /// <summary>The criu program: a path, or a name to be found on PATH.</summary>
    public string Criu { get; init; } = "criu";

    /// <summary>Directory that gets the images; made if it is missing.</summary>
    public required string Images { get; init; }

    /// <summary>Directory for criu's log; null takes that of the images.</summary>
    public string? WorkDirectory { get; init; }

    /// <summary>An earlier pre-dump, relative to <see cref="Images"/>: only memory that has changed since is written.</summary>
    public string? ParentImages { get; init; }

    /// <summary>The rest.</summary>
    public CheckpointOptions Options { get; init; } = new();

    /// <summary>Whether the container is deleted when it was ended; false leaves that to whoever watches its process.</summary>
    public bool Deletes { get; init; } = true;

    /// <summary>Gets a zero byte when pages can be asked for; null: nobody waits for that.</summary>
    public SafeFileHandle? Status { get; init; }

    /// <summary>Gets what hooks said when the container is removed, one line each.</summary>
    public Action<string>? Warn { get; init; }
}

/// <summary>A container to make from images.</summary>
public sealed record RestoreRequest
{
    /// <summary>What is to be made of it: id, configuration, bundle, terminal. A gate, a launch's faults and preserved descriptors mean nothing here.</summary>
    public required LaunchRequest Launch { get; init; }

    /// <summary>The criu program: a path, or a name to be found on PATH.</summary>
    public string Criu { get; init; } = "criu";

    /// <summary>Directory of the images.</summary>
    public required string Images { get; init; }

    /// <summary>Directory for criu's log; null takes that of the images.</summary>
    public string? WorkDirectory { get; init; }

    /// <summary>The rest.</summary>
    public CheckpointOptions Options { get; init; } = new();

    /// <summary>Security profile to restore under instead of the dumped one, as <c>TYPE:NAME</c>.</summary>
    public string? LsmProfile { get; init; }

    /// <summary>SELinux label of mounts instead of the dumped one.</summary>
    public string? LsmMountContext { get; init; }
}
