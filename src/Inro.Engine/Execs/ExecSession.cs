namespace Inro.Engine.Execs;

/// <summary>An exec that was asked for in one request and is started in another, as Docker's API does.</summary>
public sealed record ExecSession
{
    /// <summary>64 hex digits.</summary>
    public required string Id { get; init; }

    /// <summary>Full id of the container.</summary>
    public required string ContainerId { get; init; }

    /// <summary>The process.</summary>
    public required ExecOptions Options { get; init; }

    /// <summary>Its input is wanted by whoever starts it.</summary>
    public bool AttachStdin { get; init; }

    /// <inheritdoc cref="AttachStdin"/>
    public bool AttachStdout { get; init; }

    /// <inheritdoc cref="AttachStdin"/>
    public bool AttachStderr { get; init; }

    /// <summary>Keys that leave it, docker's notation; null: the container's.</summary>
    public string? DetachKeys { get; init; }

    /// <summary>Rows and columns of its terminal; zero: none were given.</summary>
    public int ConsoleRows { get; init; }

    /// <inheritdoc cref="ConsoleRows"/>
    public int ConsoleColumns { get; init; }
}

/// <summary>Where an exec's session is in its life.</summary>
/// <param name="Session">What was asked.</param>
/// <param name="IsStarted">It was started, or its start failed.</param>
/// <param name="HasEnded">Its end was written down.</param>
/// <param name="ExitCode">How; null: it has not ended, or nobody saw it.</param>
/// <param name="Pid">Pid as the host numbers it; 0: not started.</param>
public sealed record ExecState(ExecSession Session, bool IsStarted, bool HasEnded, int? ExitCode, int Pid);
