namespace Inro.Images.Bytes;

/// <summary>Pieces of a stream, read by a thread of their own: what makes the bytes (read, hash, inflate) and what takes them run at once, in a fixed amount of memory.</summary>
/// <remarks>The stream is closed by its owner after this object is disposed.</remarks>
public sealed class ReadAheadChunks : IChunkSource
{
    private const int StackBytes = 512 << 10;

    private readonly ChunkRing ring;
    private readonly Stream stream;

    /// <summary>Starts reading.</summary>
    public ReadAheadChunks(Stream stream, int chunkBytes = StreamChunks.DefaultChunkBytes)
    {
        this.stream = stream;
        ring = new ChunkRing("read-ahead", chunkBytes, StackBytes, Produce);
        ring.Start();
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Next() => ring.Next();

    /// <summary>Stops the thread and waits for it; a read that is in progress ends first.</summary>
    public void Dispose() => ring.Stop();

    private void Produce()
    {
        while (ring.Free() is { } piece)
        {
            int length = Fill(piece);
            if (length == 0) { break; }

            ring.Hand(length);
        }
    }

    /// <summary>Fills a whole piece, so that a tar's blocks never straddle two.</summary>
    private int Fill(byte[] buffer)
    {
        int length = 0;
        while (length < buffer.Length)
        {
            int count = stream.Read(buffer, length, buffer.Length - length);
            if (count == 0) { break; }

            length += count;
        }

        return length;
    }
}
