using Inro.Linux.Terminals;
using Microsoft.Win32.SafeHandles;

namespace Inro.Engine.Shim;

/// <summary>A process to start in a running container.</summary>
public sealed record ShimExecRequest
{
    /// <summary>Name of the exec, for lists: 1 to 64 hex digits.</summary>
    public required string ExecId { get; init; }

    /// <summary>The OCI <c>process</c> object as JSON, UTF-8; its <c>terminal</c> decides about a terminal.</summary>
    public required ReadOnlyMemory<byte> Process { get; init; }

    /// <summary>The process has a terminal; must agree with <see cref="Process"/>.</summary>
    public bool Terminal { get; init; }

    /// <summary>Which streams the client wants; null: detached, all three are /dev/null (a terminal's output is dropped).</summary>
    public AttachRequest? Attach { get; init; }

    /// <summary>More of <see cref="Kept"/> are refused.</summary>
    public const int MaxKept = 64;

    /// <summary>Descriptors that the process gets as 3, 4, …; they stay the caller's.</summary>
    public IReadOnlyList<SafeFileHandle> Kept { get; init; } = [];

    /// <summary>Size of the terminal from its first moment.</summary>
    public WindowSize? WindowSize { get; init; }
}
