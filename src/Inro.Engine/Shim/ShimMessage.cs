using Inro.Linux.Terminals;

namespace Inro.Engine.Shim;

/// <summary>One message on a shim's socket. Flat: each kind uses the fields that it needs; the rest are not on the wire.</summary>
internal sealed record ShimMessage
{
    public required ShimMessageKind Kind { get; init; }

    /// <summary>Of the sender (hello, start, adopt).</summary>
    public int Version { get; init; }

    /// <summary>Streams wanted, see <see cref="AttachRequest"/>; their descriptors follow in the order stdin, stdout, stderr.</summary>
    public bool Stdin { get; init; }

    public bool Stdout { get; init; }

    public bool Stderr { get; init; }

    public bool Commits { get; init; }

    /// <summary>Of a start: all is made, and the program waits for <see cref="ShimMessageKind.LetGo"/>.</summary>
    public bool Holds { get; init; }

    /// <summary>An exec with a terminal.</summary>
    public bool Terminal { get; init; }

    /// <summary>How many descriptors follow those of the streams: an exec has them as 3, 4, ….</summary>
    public int Kept { get; init; }

    public WindowSize? Size { get; init; }

    public int Signal { get; init; }

    /// <summary>Id of an exec, or ids separated by commas.</summary>
    public string? ExecId { get; init; }

    public int Pid { get; init; }

    public ulong StartTime { get; init; }

    public string? BootId { get; init; }

    public int ShimPid { get; init; }

    /// <summary>Started, or ended: nanoseconds since 1970.</summary>
    public long Time { get; init; }

    /// <summary>Exit code; null where nobody saw the end.</summary>
    public int? ExitCode { get; init; }

    public bool OutOfMemory { get; init; }

    /// <summary>Of an exit: <see cref="ShimMessageKind.GivenBack"/> will follow.</summary>
    public bool GivesBack { get; init; }

    /// <summary>For a failure: 125, 126, 127.</summary>
    public int ExitStatus { get; init; }

    public string? Problem { get; init; }

    public string? Remedy { get; init; }

    /// <summary>Bytes written to the log since the shim began.</summary>
    public long Position { get; init; }
}
