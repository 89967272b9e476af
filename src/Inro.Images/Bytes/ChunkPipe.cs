using System.Runtime.ExceptionServices;

namespace Inro.Images.Bytes;

/// <summary>Bytes that one thread writes and another takes, in pieces that are not copied again. The memory is fixed: <see cref="Buffers"/> pieces.</summary>
/// <remarks>What the writing thread throws is thrown by <see cref="Next"/>. A taker that stops early makes the next write throw <see cref="OperationCanceledException"/>.</remarks>
public sealed class ChunkPipe : IChunkSource
{
    private const int Buffers = 4;

    private readonly object gate = new();
    private readonly byte[][] buffers = new byte[Buffers][];
    private readonly int[] lengths = new int[Buffers];
    private readonly Thread writer;
    private long filled;
    private long taken;
    private bool holding;
    private bool stopped;
    private bool finished;
    private ExceptionDispatchInfo? failure;

    /// <summary>Starts the thread that writes.</summary>
    /// <param name="write">Writes all bytes into the stream that it is given.</param>
    public ChunkPipe(Action<Stream> write)
    {
        for (int i = 0; i < Buffers; i++) { buffers[i] = new byte[StreamChunks.DefaultChunkBytes]; }

        writer = new Thread(() => Produce(write)) { IsBackground = true, Name = "chunks" };
        writer.Start();
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Next()
    {
        lock (gate)
        {
            if (holding)
            {
                taken++;
                holding = false;
                Monitor.Pulse(gate);
            }

            while (taken == filled && !finished) { Monitor.Wait(gate); }

            if (taken == filled)
            {
                failure?.Throw();
                return default;
            }

            holding = true;
            int slot = (int)(taken % Buffers);
            return buffers[slot].AsMemory(0, lengths[slot]);
        }
    }

    /// <summary>Lets the writing thread stop at its next write and waits for it.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            stopped = true;
            Monitor.Pulse(gate);
        }

        writer.Join();
    }

    private void Produce(Action<Stream> write)
    {
        try
        {
            var input = new Input(this);
            write(input);
            input.Hand();
        }
        catch (Exception e)
        {
            failure = ExceptionDispatchInfo.Capture(e); // thrown again by Next, on the thread that can handle it
        }

        lock (gate)
        {
            finished = true;
            Monitor.Pulse(gate);
        }
    }

    /// <summary>Waits until a piece is free, and gives it.</summary>
    private byte[] Free()
    {
        lock (gate)
        {
            while (filled - taken == Buffers && !stopped) { Monitor.Wait(gate); }

            return !stopped ? buffers[(int)(filled % Buffers)] : throw new OperationCanceledException("nobody takes the bytes any more");
        }
    }

    private void Hand(int length)
    {
        lock (gate)
        {
            lengths[(int)(filled % Buffers)] = length;
            filled++;
            Monitor.Pulse(gate);
        }
    }

    private sealed class Input(ChunkPipe pipe) : WriteOnlyStream
    {
        private byte[]? piece;
        private int length;

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            while (!buffer.IsEmpty)
            {
                piece ??= pipe.Free();
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
            if (length > 0) { pipe.Hand(length); }

            piece = null;
            length = 0;
        }
    }
}
