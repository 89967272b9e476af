namespace Inro.Engine.Shim;

/// <summary>Which streams of a container a client wants.</summary>
public sealed record AttachRequest
{
    /// <summary>The client will write input (needs a container with open standard input or a terminal).</summary>
    public bool Stdin { get; init; }

    /// <summary>Standard output, or the terminal's output.</summary>
    public bool Stdout { get; init; } = true;

    /// <summary>Standard error; never separate with a terminal.</summary>
    public bool Stderr { get; init; } = true;

    /// <summary>This client records the end in the database: the shim does not run a command for that while it is connected.</summary>
    public bool Commits { get; init; }
}
