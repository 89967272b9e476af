namespace Inro.Images.Bytes;

/// <summary>Bytes that one thread writes and another takes, in pieces that are not copied again, in a fixed amount of memory.</summary>
/// <remarks>What the writing thread throws is thrown by <see cref="Next"/>. A taker that stops early makes the next write throw <see cref="OperationCanceledException"/>.</remarks>
public sealed class ChunkPipe : IChunkSource
{
    private readonly ChunkRing ring;

    /// <summary>Starts the thread that writes.</summary>
    /// <param name="write">Writes all bytes into the stream that it is given.</param>
    public ChunkPipe(Action<Stream> write)
    {
        ring = new ChunkRing("chunks", StreamChunks.DefaultChunkBytes, stackBytes: 0, () => Produce(write));
        ring.Start();
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Next() => ring.Next();

    /// <summary>Lets the writing thread stop at its next write and waits for it.</summary>
    public void Dispose() => ring.Stop();

    private void Produce(Action<Stream> write)
    {
        var input = new Input(ring);
        write(input);
        input.Hand();
    }

    private sealed class Input(ChunkRing ring) : WriteOnlyStream
    {
        private byte[]? piece;
        private int length;

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            while (!buffer.IsEmpty)
            {
                piece ??= ring.Free() ?? throw new OperationCanceledException("nobody takes the bytes any more");
                int count = Math.Min(buffer.Length, piece.Length - length);
                buffer[..count].CopyTo(piece.AsSpan(length));
                length += count;
                buffer = buffer[count..];
                if (length == piece.Length) { Hand(); }
            }
        }

        /// <summary>Hands over what there is.</summary>
        public void Hand()
        {
            if (length > 0) { ring.Hand(length); }

            piece = null;
            length = 0;
        }
    }
}
