namespace Inro.Engine.Logs;

/// <summary>Where and how one container's log is stored. The disk it takes never exceeds files × size by more than one batch.</summary>
public sealed record LogSettings
{
    /// <summary>Size at which a file is rotated where the user names none: 10 MB.</summary>
    public const long DefaultMaxFileBytes = 10_000_000;

    /// <summary>Number of files kept where the user names none, the current one included.</summary>
    public const int DefaultMaxFiles = 5;

    /// <summary>The encoding.</summary>
    public LogDriver Driver { get; init; } = LogDriver.Local;

    /// <summary>The current file; older ones are this path with <c>.1</c>, <c>.2</c>, … (1 is the youngest).</summary>
    public required string Path { get; init; }

    /// <summary>Size at which the current file is rotated.</summary>
    public long MaxFileBytes { get; init; } = DefaultMaxFileBytes;

    /// <summary>Files kept, the current one included; 1 means that a full file is emptied.</summary>
    public int MaxFiles { get; init; } = DefaultMaxFiles;
}
