using System.Runtime.ExceptionServices;

namespace Inro.Images.Bytes;

/// <summary>Pieces on their way from the thread that makes them to the one that takes them. The memory is fixed: <see cref="Buffers"/> pieces.</summary>
/// <remarks>A monitor and not semaphores: those spin before they sleep, and steal the processor from the very thread they wait for.</remarks>
internal sealed class ChunkRing
{
    private const int Buffers = 4;

    private readonly object gate = new();
    private readonly byte[][] buffers = new byte[Buffers][];
    private readonly int[] lengths = new int[Buffers];
    private readonly Thread maker;
    private long filled;
    private long taken;
    private bool holding;
    private bool stopped;
    private bool finished;
    private ExceptionDispatchInfo? failure;

    /// <summary>Makes the ring and its thread, which does not run yet.</summary>
    /// <param name="name">The thread's.</param>
    /// <param name="chunkBytes">Size of a piece.</param>
    /// <param name="stackBytes">Of the thread; 0: as usual.</param>
    /// <param name="make">Makes pieces with <see cref="Free"/> and <see cref="Hand"/> until there are no more, or nobody takes them.</param>
    public ChunkRing(string name, int chunkBytes, int stackBytes, Action make)
    {
        for (int i = 0; i < Buffers; i++) { buffers[i] = new byte[chunkBytes]; }

        maker = new Thread(() => Make(make), stackBytes) { IsBackground = true, Name = name };
    }

    /// <summary>Starts the thread.</summary>
    public void Start() => maker.Start();

    /// <inheritdoc cref="IChunkSource.Next"/>
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

    /// <summary>Waits until a piece is free, and gives it; null: nobody takes pieces any more.</summary>
    public byte[]? Free()
    {
        lock (gate)
        {
            while (filled - taken == Buffers && !stopped) { Monitor.Wait(gate); }

            return !stopped ? buffers[(int)(filled % Buffers)] : null;
        }
    }

    /// <summary>Hands over the piece that <see cref="Free"/> gave.</summary>
    /// <param name="length">How much of it is filled.</param>
    public void Hand(int length)
    {
        lock (gate)
        {
            lengths[(int)(filled % Buffers)] = length;
            filled++;
            Monitor.Pulse(gate);
        }
    }

    /// <summary>Gives no more pieces to fill, and waits for the end of the thread.</summary>
    public void Stop()
    {
        lock (gate)
        {
            stopped = true;
            Monitor.Pulse(gate);
        }

        maker.Join();
    }

    private void Make(Action make)
    {
        try { make(); }
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
}
