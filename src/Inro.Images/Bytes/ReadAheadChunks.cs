using System.Runtime.ExceptionServices;

namespace Inro.Images.Bytes;

/// <summary>Pieces of a stream, read by a thread of their own: what makes the bytes (read, hash, inflate) and what takes them run at once.</summary>
/// <remarks>The memory is fixed: <see cref="Buffers"/> pieces. The stream is closed by its owner after this object is disposed.</remarks>
public sealed class ReadAheadChunks : IChunkSource
{
    private const int Buffers = 4;

    // a monitor and not semaphores: those spin before they sleep, and steal the processor from the very thread they wait for
    private readonly object gate = new();
    private readonly byte[][] buffers = new byte[Buffers][];
    private readonly int[] lengths = new int[Buffers];
    private readonly Stream stream;
    private readonly Thread producer;
    private long filled;
    private long taken;
    private bool holding;
    private bool stopped;
    private bool finished;
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

    /// <summary>Stops the thread and waits for it; a read that is in progress ends first.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            stopped = true;
            Monitor.Pulse(gate);
        }

        producer.Join();
    }

    private void Produce()
    {
        try
        {
            for (int slot = 0; WaitForRoom(); slot = (slot + 1) % Buffers)
            {
                int length = Fill(buffers[slot]);
                if (length == 0) { break; }

                lock (gate)
                {
                    lengths[slot] = length;
                    filled++;
                    Monitor.Pulse(gate);
                }
            }
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

    private bool WaitForRoom()
    {
        lock (gate)
        {
            while (filled - taken == Buffers && !stopped) { Monitor.Wait(gate); }

            return !stopped;
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
