namespace Inro.Spec.Runtime;

/// <summary>Programs to run at points of a container's life.</summary>
/// <remarks>Source: OCI runtime-spec, config.md "POSIX-platform Hooks".</remarks>
public sealed record HooksConfig
{
    /// <summary>Deprecated: in the runtime's namespaces, before pivot_root.</summary>
    public IReadOnlyList<HookConfig> Prestart { get; init; } = [];

    /// <summary>In the runtime's namespaces, during create, before pivot_root.</summary>
    public IReadOnlyList<HookConfig> CreateRuntime { get; init; } = [];

    /// <summary>In the container's namespaces, during create, before pivot_root; the path is the host's.</summary>
    public IReadOnlyList<HookConfig> CreateContainer { get; init; } = [];

    /// <summary>In the container, during start, before the program.</summary>
    public IReadOnlyList<HookConfig> StartContainer { get; init; } = [];

    /// <summary>In the runtime's namespaces, after the program was started; failures are only logged.</summary>
    public IReadOnlyList<HookConfig> Poststart { get; init; } = [];

    /// <summary>In the runtime's namespaces, after delete; failures are only logged.</summary>
    public IReadOnlyList<HookConfig> Poststop { get; init; } = [];

    /// <summary>Names of the points, in their order.</summary>
    public static IReadOnlyList<string> Stages { get; } = ["prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"];

    /// <summary>The same with one more hook at a point, after those that are there.</summary>
    /// <param name="stage">One of <see cref="Stages"/>.</param>
    /// <param name="hook">The hook.</param>
    public HooksConfig With(string stage, HookConfig hook) => stage switch
    {
        "prestart" => this with { Prestart = [.. Prestart, hook] },
        "createRuntime" => this with { CreateRuntime = [.. CreateRuntime, hook] },
        "createContainer" => this with { CreateContainer = [.. CreateContainer, hook] },
        "startContainer" => this with { StartContainer = [.. StartContainer, hook] },
        "poststart" => this with { Poststart = [.. Poststart, hook] },
        "poststop" => this with { Poststop = [.. Poststop, hook] },
        _ => throw new ArgumentOutOfRangeException(nameof(stage), stage, "no point of a container's life"),
    };
}

/// <summary>One program to run.</summary>
public sealed record HookConfig
{
    /// <summary>Absolute path.</summary>
    public required string Path { get; init; }

    /// <summary>Arguments, the program's name first; empty means the path alone.</summary>
    public IReadOnlyList<string> Args { get; init; } = [];

    /// <summary>Environment as NAME=value; nothing is inherited.</summary>
    public IReadOnlyList<string> Env { get; init; } = [];

    /// <summary>Seconds until it is killed and counts as failed.</summary>
    public int? TimeoutSeconds { get; init; }
}
