using System.Runtime.ExceptionServices;

namespace Inro.Images.Bytes;

/// <summary>Pieces of a stream, read by a thread of their own: what makes the bytes (read, hash, inflate) and what takes them run at once.</summary>
/// <remarks>The memory is fixed: <see cref="Buffers"/> pieces. The stream is closed by its owner after this object is disposed.</remarks>
public sealed class ReadAheadChunks : IChunkSource
{
    private const int Buffers = 4;

    private readonly Lock gate = new();
    private readonly SemaphoreSlim free = new(Buffers, Buffers);
    private readonly SemaphoreSlim filled = new(0, Buffers + 1);
    private readonly byte[][] buffers = new byte[Buffers][];
    private readonly int[] lengths = new int[Buffers];
    private readonly Stream stream;
    private readonly Thread producer;
    private int taken = -1;
    private bool ended;
    private volatile bool stopped;
    private ExceptionDispatchInfo? failure;

    /// <summary>Starts reading.</summary>
    public ReadAheadChunks(Stream stream, int chunkBytes = StreamChunks.DefaultChunkBytes)
    {
        this.stream = stream;
        for (int i = 0; i < Buffers; i++) { buffers[i] = new byte[chunkBytes]; }

        producer = new Thread(Produce, maxStackSize: 512 << 10) { IsBackground = true, Name = "read-ahead" };
        producer.Start();
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Next()
    {
        if (ended) { return default; }

        if (taken >= 0) { free.Release(); }

        filled.Wait();
        taken++;
        int slot = taken % Buffers;
        lock (gate)
        {
            if (lengths[slot] > 0) { return buffers[slot].AsMemory(0, lengths[slot]); }

            ended = true;
            failure?.Throw();
            return default;
        }
    }

    /// <summary>Stops the thread and waits for it; a read that is in progress ends first.</summary>
    public void Dispose()
    {
        stopped = true;
        free.Release(); // Next gives back one piece less than it has taken, so there is always room for one
        producer.Join();
        free.Dispose();
        filled.Dispose();
    }

    private void Produce()
    {
        for (int slot = 0; ; slot = (slot + 1) % Buffers)
        {
            free.Wait();
            int length = 0;
            ExceptionDispatchInfo? failed = null;
            try
            {
                length = stopped ? 0 : Fill(buffers[slot]);
            }
            catch (Exception e)
            {
                failed = ExceptionDispatchInfo.Capture(e); // thrown again by Next, on the thread that can handle it
            }

            lock (gate)
            {
                lengths[slot] = length;
                failure = failed;
            }

            if (stopped) { return; }

            filled.Release();
            if (length == 0) { return; }
        }
    }

    /// <summary>Fills a whole piece, so that a tar's blocks never straddle two.</summary>
    private int Fill(byte[] buffer)
    {
        int length = 0;
        while (length < buffer.Length && !stopped)
        {
            int count = stream.Read(buffer, length, buffer.Length - length);
            if (count == 0) { break; }

            length += count;
        }

        return length;
    }
}
