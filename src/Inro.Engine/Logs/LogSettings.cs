namespace Inro.Engine.Logs;

/// <summary>Where and how one container's log is stored. The disk it takes never exceeds files × size by more than one batch and the result of a compression that is on its way.</summary>
public sealed record LogSettings
{
    /// <summary>Size at which a file is rotated where the user names none: 10 MB.</summary>
    public const long DefaultMaxFileBytes = 10_000_000;

    /// <summary>Number of files kept where the user names none, the current one included.</summary>
    public const int DefaultMaxFiles = 5;

    /// <summary>What may wait for a slow log in the mode <c>non-blocking</c> where the user names no size: docker's megabyte.</summary>
    public const int DefaultMaxBufferBytes = 1 << 20;

    /// <summary>Where lines go, and in what form.</summary>
    public LogDriver Driver { get; init; } = LogDriver.Local;

    /// <summary>The current file; see <see cref="LogNames"/> for the older ones.</summary>
    public required string Path { get; init; }

    /// <summary>Size at which the current file is rotated.</summary>
    public long MaxFileBytes { get; init; } = DefaultMaxFileBytes;

    /// <summary>Files kept, the current one included; 1 means that a full file is emptied.</summary>
    public int MaxFiles { get; init; } = DefaultMaxFiles;

    /// <summary>Rotated files are compressed.</summary>
    public bool IsCompressed { get; init; }

    /// <summary>Bytes of lines that may wait for a slow log, beyond which lines are dropped; 0: the container waits instead, and nothing is dropped.</summary>
    public int MaxBufferBytes { get; init; }

    /// <summary>The container; what the journal is asked for.</summary>
    public string ContainerId { get; init; } = "";

    /// <summary>What is stored with every line: labels and variables that the options name, the tag; of a journal all fields of the container.</summary>
    public IReadOnlyDictionary<string, string> Attributes { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
