namespace Inro.Images.Bytes;

/// <summary>Pieces of a stream, read by the thread that asks for them.</summary>
/// <param name="stream">Owned and closed by the caller.</param>
/// <param name="chunkBytes">Size of a piece.</param>
public sealed class StreamChunks(Stream stream, int chunkBytes = StreamChunks.DefaultChunkBytes) : IChunkSource
{
    /// <summary>Large enough that a call costs nothing beside the work on its bytes, small enough for the second-level cache.</summary>
    public const int DefaultChunkBytes = 256 << 10;

    private readonly byte[] buffer = new byte[chunkBytes];

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Next() => buffer.AsMemory(0, stream.Read(buffer, 0, buffer.Length));

    /// <summary>Nothing to release.</summary>
    public void Dispose()
    {
    }
}
