using Inro.Engine.Secrets;
using Inro.Engine.Volumes;

namespace Inro.Engine.Containers;

/// <summary>Everything that was asked of a container, as it was asked: what the image says and what the host gives is not in it.</summary>
/// <remarks>
/// Null, or an empty list, means "not asked". Units are in the names. Stored as a column of the container's row, so a member
/// that was written once keeps its name and meaning.
/// The parts: <c>ContainerConfig.Resources.cs</c>, <c>.Host.cs</c>, <c>.Podman.cs</c>.
/// </remarks>
public sealed partial record ContainerConfig
{
    /// <summary>The image as the person typed it.</summary>
    public required string Image { get; init; }

    /// <summary>Without the slash; null: a random name is given.</summary>
    public string? Name { get; init; }

    /// <summary>Arguments after the entry point; null: the image's.</summary>
    public IReadOnlyList<string>? Command { get; init; }

    /// <summary>Null: the image's. An empty list resets it.</summary>
    public IReadOnlyList<string>? Entrypoint { get; init; }

    /// <summary><c>NAME=value</c>, in order; a bare <c>NAME</c> removes what the image sets.</summary>
    public IReadOnlyList<string> Environment { get; init; } = [];

    /// <summary><c>user[:group]</c>, names or numbers.</summary>
    public string? User { get; init; }

    /// <summary>Supplementary groups, names or numbers.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>Absolute path in the container.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Null: the first twelve digits of the id.</summary>
    public string? Hostname { get; init; }

    /// <summary>NIS domain name.</summary>
    public string? DomainName { get; init; }

    /// <summary>Labels that were asked for; the image's are added in the view.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = EmptyStrings;

    /// <summary>Annotations that are handed to the runtime.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = EmptyStrings;

    /// <summary>A terminal is allocated (<c>-t</c>).</summary>
    public bool Tty { get; init; }

    /// <summary>Standard input stays open (<c>-i</c>).</summary>
    public bool OpenStdin { get; init; }

    /// <summary>Standard input closes when the first client leaves.</summary>
    public bool StdinOnce { get; init; }

    /// <summary>Asked to attach at creation; shown by inspect, used by <c>start -a</c>.</summary>
    public bool AttachStdin { get; init; }

    /// <inheritdoc cref="AttachStdin"/>
    public bool AttachStdout { get; init; }

    /// <inheritdoc cref="AttachStdin"/>
    public bool AttachStderr { get; init; }

    /// <summary>Keys that leave a terminal, docker's notation; null: ctrl-p,ctrl-q.</summary>
    public string? DetachKeys { get; init; }

    /// <summary>Removed, with its anonymous volumes, when it has ended (<c>--rm</c>).</summary>
    public bool AutoRemove { get; init; }

    /// <summary>Signal name or number for <c>stop</c>; null: the image's, or TERM.</summary>
    public string? StopSignal { get; init; }

    /// <summary>Grace of <c>stop</c> in seconds; null: 10, negative: without end.</summary>
    public int? StopTimeoutSeconds { get; init; }

    /// <summary>A small init of ours is process 1 (<c>--init</c>).</summary>
    public bool? Init { get; init; }

    /// <summary>When the container is started again by itself.</summary>
    public RestartPolicy Restart { get; init; } = RestartPolicy.Never;

    /// <summary>Null: the image's.</summary>
    public HealthCheck? Health { get; init; }

    /// <summary>What follows when it becomes unhealthy: one of <see cref="ContainerService.HealthActions"/>; null: nothing.</summary>
    public string? HealthOnFailure { get; init; }

    /// <summary><c>--read-only</c>.</summary>
    public bool ReadOnlyRootfs { get; init; }

    /// <summary>The process's mask of file modes; null: 022.</summary>
    public int? Umask { get; init; }

    /// <summary>Neither the image's variables nor a default PATH.</summary>
    public bool ClearsEnvironment { get; init; }

    /// <summary>Binds, volumes and tmpfs, in the order asked.</summary>
    public IReadOnlyList<MountRequest> Mounts { get; init; } = [];

    /// <summary><c>CONTAINER[:ro|rw]</c>.</summary>
    public IReadOnlyList<string> VolumesFrom { get; init; } = [];

    /// <summary>Containers that are started first: names as typed until it is made, ids from then on.</summary>
    public IReadOnlyList<string> Requires { get; init; } = [];

    /// <summary>Absolute paths of the directories whose files give it hooks, the strongest last; empty: those that are configured at its start.</summary>
    public IReadOnlyList<string> HookDirectories { get; init; } = [];

    /// <summary><c>--volume-driver</c>.</summary>
    public string? VolumeDriver { get; init; }

    /// <summary>Secrets, as files or variables.</summary>
    public IReadOnlyList<SecretRequest> Secrets { get; init; } = [];

    /// <summary><c>os/arch[/variant]</c>; null: the host's.</summary>
    public string? Platform { get; init; }

    /// <summary>Null: json-file with rotation.</summary>
    public string? LogDriver { get; init; }

    /// <summary>Options of the log driver: <c>max-size</c>, <c>max-file</c>, …</summary>
    public IReadOnlyDictionary<string, string> LogOptions { get; init; } = EmptyStrings;

    /// <summary>Options of the storage driver: <c>size</c>.</summary>
    public IReadOnlyDictionary<string, string> StorageOptions { get; init; } = EmptyStrings;

    /// <summary>Rows and columns of the terminal at creation; zero where there is none.</summary>
    public int ConsoleRows { get; init; }

    /// <inheritdoc cref="ConsoleRows"/>
    public int ConsoleColumns { get; init; }

    private static readonly IReadOnlyDictionary<string, string> EmptyStrings =
        System.Collections.ObjectModel.ReadOnlyDictionary<string, string>.Empty;
}
