using Inro.Server.Http;

namespace Inro.Server.Streams;

/// <summary>Names of what a stream carries.</summary>
internal static class StreamTypes
{
    /// <summary>A terminal's bytes, or what clients before 1.42 get in any case.</summary>
    public const string Raw = "application/vnd.docker.raw-stream";

    /// <summary>Frames: see <see cref="StreamFrame"/>.</summary>
    public const string Multiplexed = "application/vnd.docker.multiplexed-stream";

    private static readonly ApiVersion FirstWithBoth = new(1, 42);

    /// <summary>What a client is told.</summary>
    public static string Of(bool isTerminal, ApiVersion version) => isTerminal || version < FirstWithBoth ? Raw : Multiplexed;
}
