using Inro.Linux.Descriptors;
using Microsoft.Win32.SafeHandles;

namespace Inro.Engine.Logs;

/// <summary>The mode <c>non-blocking</c>: lines wait in memory for a log that is slow, and a thread of its own writes them.</summary>
/// <remarks>
/// As docker does: a line for which there is no room is dropped, and nobody is told; an empty queue takes a line of any size.
/// The container never waits for its log. At the end all that waits is written.
/// </remarks>
internal sealed class QueuedOutput : ILogOutput
{
    private readonly ILogOutput stored;
    private readonly int maxBytes;
    private readonly LocalEncoding framing = new();
    private readonly SafeFileHandle written = Descriptor.EventCounter();
    private readonly Lock storing = new();
    private readonly object gate = new();
    private readonly Thread thread;
    private byte[] waiting = [];
    private byte[] taken = [];
    private int filled;
    private bool isEnding;

    /// <summary>Begins to write; owns <paramref name="stored"/>.</summary>
    /// <param name="stored">The log.</param>
    /// <param name="maxBytes">Most bytes of records that wait.</param>
    public QueuedOutput(ILogOutput stored, int maxBytes)
    {
        this.stored = stored;
        this.maxBytes = maxBytes;
        thread = new Thread(WriteAll, maxStackSize: 128 * 1024) { IsBackground = true, Name = "log" };
        thread.Start();
    }

    /// <inheritdoc/>
    public long BytesLost => stored.BytesLost;

    /// <inheritdoc/>
    public long BytesWritten => Volatile.Read(ref bytesWritten);

    /// <summary>Counts up when something was stored.</summary>
    public SafeFileHandle Written => written;

    private long bytesWritten;

    /// <inheritdoc/>
    public void Put(LogStream stream, bool isPartial, ReadOnlySpan<byte> bytes, long timeNanoseconds)
    {
        lock (gate)
        {
            int most = framing.MaxRecordBytes - LogRecord.MaxPieceBytes + bytes.Length; // an empty line takes room, too
            if (filled > 0 && filled + most > maxBytes) { return; }

            if (waiting.Length - filled < most) { Array.Resize(ref waiting, Math.Max(filled + most, waiting.Length * 2)); }

            filled += framing.Encode(waiting.AsSpan(filled), timeNanoseconds, stream, isPartial, bytes);
        }
    }

    /// <inheritdoc/>
    public void Flush()
    {
        lock (gate)
        {
            if (filled > 0) { Monitor.Pulse(gate); }
        }
    }

    /// <inheritdoc/>
    public void Finish()
    {
        lock (gate)
        {
            isEnding = true;
            Monitor.Pulse(gate);
        }

        thread.Join();
    }

    /// <summary>Does something with the log where nothing is just being stored; false: something is.</summary>
    public bool TryBetween(Action act)
    {
        if (!storing.TryEnter()) { return false; }

        try { act(); }
        finally { storing.Exit(); }

        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Finish();
        stored.Dispose();
        written.Dispose();
    }

    private void WriteAll()
    {
        while (TryTake(out int length))
        {
            lock (storing)
            {
                for (int at = 0; at < length;)
                {
                    framing.Decode(taken.AsMemory(at, length - at), default, out LogRecord record, out int consumed);
                    stored.Put(record.Stream, record.IsPartial, record.Bytes.Span, record.TimeNanoseconds);
                    at += consumed;
                }

                stored.Flush();
            }

            Volatile.Write(ref bytesWritten, stored.BytesWritten);
            Descriptor.CountUp(written);
        }
    }

    private bool TryTake(out int length)
    {
        lock (gate)
        {
            while (filled == 0 && !isEnding) { Monitor.Wait(gate); }

            length = filled;
            (waiting, taken) = (taken, waiting);
            filled = 0;
            return length > 0;
        }
    }
}
