namespace Inro.Engine.Logs;

/// <summary>Which records a reader wants.</summary>
public sealed record LogSelection
{
    /// <summary>Records of standard output.</summary>
    public bool Stdout { get; init; } = true;

    /// <summary>Records of standard error.</summary>
    public bool Stderr { get; init; } = true;

    /// <summary>Only the last so many lines; null: all.</summary>
    public int? Tail { get; init; }

    /// <summary>Only records at or after this time, nanoseconds since 1970.</summary>
    public long? SinceNanoseconds { get; init; }

    /// <summary>Only records before or at this time, nanoseconds since 1970.</summary>
    public long? UntilNanoseconds { get; init; }
}
