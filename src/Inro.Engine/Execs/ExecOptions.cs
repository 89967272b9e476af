namespace Inro.Engine.Execs;

/// <summary>A further process in a running container, as it was asked for.</summary>
public sealed record ExecOptions
{
    /// <summary>Program and arguments; at least the program.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary><c>NAME=value</c>, added to the container's own; a bare <c>NAME</c> takes a variable away.</summary>
    public IReadOnlyList<string> Environment { get; init; } = [];

    /// <summary><c>user[:group]</c>; null: the container's.</summary>
    public string? User { get; init; }

    /// <summary>Absolute path in the container; null: the container's.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>The process has a terminal.</summary>
    public bool Tty { get; init; }

    /// <summary>All capabilities that this program itself has.</summary>
    public bool Privileged { get; init; }
}
