using Microsoft.Win32.SafeHandles;

namespace Inro.Engine.Shim;

/// <summary>A message with the descriptors that came with it; those that nobody took are closed.</summary>
internal sealed class ReceivedMessage(ShimMessage message, SafeFileHandle[] descriptors) : IDisposable
{
    private int taken;

    public ShimMessage Message { get; } = message;

    /// <summary>The next descriptor becomes the caller's; null: none is left.</summary>
    public SafeFileHandle? Take() => taken < descriptors.Length ? descriptors[taken++] : null;

    /// <inheritdoc/>
    public void Dispose()
    {
        while (Take() is { } rest) { rest.Dispose(); }
    }
}

/// <summary>What a look at a connection found.</summary>
internal enum ChannelState
{
    /// <summary>A message.</summary>
    Message,

    /// <summary>Nothing now.</summary>
    Empty,

    /// <summary>The other side is gone, or does not speak this protocol.</summary>
    Closed,
}
