namespace Inro.Engine.Attach;

/// <summary>How a person's terminal, or a script's pipes, are joined to a process.</summary>
public sealed record AttachOptions
{
    /// <summary>The process has a terminal: raw mode, window size, detach keys. Otherwise plain copying.</summary>
    public bool Terminal { get; init; }

    /// <summary>Keys that leave the process running; empty: none.</summary>
    public DetachKeys DetachKeys { get; init; } = DetachKeys.Default;

    /// <summary>Signals that this program gets are sent to the process (not with a terminal).</summary>
    public bool SignalProxy { get; init; } = true;
}
