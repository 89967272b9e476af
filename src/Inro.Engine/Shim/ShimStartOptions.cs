using Inro.Linux.Terminals;

namespace Inro.Engine.Shim;

/// <summary>How to start a shim.</summary>
public sealed record ShimStartOptions
{
    /// <summary>Holds config.json and shim.json.</summary>
    public required string ContainerDirectory { get; init; }

    /// <summary>Attach from before the first byte of output; null: start only.</summary>
    public AttachRequest? Attach { get; init; }

    /// <summary>Size of the container's terminal from its first moment; null: the kernel's 0×0.</summary>
    public WindowSize? WindowSize { get; init; }

    /// <summary>Program and first arguments that lead to the shim; <c>shim</c>'s own arguments follow.</summary>
    public IReadOnlyList<string> Command { get; init; } = ["/proc/self/exe", "internal", "shim"];
}
