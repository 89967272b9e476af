using Inro.Linux;

namespace Inro.Engine.Logs;

/// <summary>Splits a container's output into lines for its log. One thread.</summary>
/// <remarks>
/// Where lines go, and what happens when that is full or slow, is the output's: <see cref="FileOutput"/>, <see cref="JournalOutput"/>,
/// <see cref="QueuedOutput"/>.
/// </remarks>
public sealed class LogWriter : IDisposable
{
    private readonly ILogOutput output;
    private readonly FileOutput? files;
    private readonly UnfinishedLine stdout = new();
    private readonly UnfinishedLine stderr = new();

    /// <summary>Begins to write a log behind what is there.</summary>
    /// <exception cref="LinuxException">The file cannot be opened, or the journal not be reached.</exception>
    public LogWriter(LogSettings settings)
    {
        ILogOutput stored = settings.Driver == LogDriver.Journald
            ? new JournalOutput(settings)
            : files = new FileOutput(settings, LogEncodings.For(settings) ?? throw new ArgumentException("a log that is not stored", nameof(settings)));
        Queue = settings.MaxBufferBytes > 0 ? new QueuedOutput(stored, settings.MaxBufferBytes) : null;
        output = Queue ?? stored;
    }

    /// <summary>Bytes of records that could not be stored.</summary>
    public long BytesLost => output.BytesLost;

    /// <summary>Bytes of records written by this writer; grows with every batch.</summary>
    public long BytesWritten => output.BytesWritten;

    /// <summary>A line has begun and its end has not come.</summary>
    public bool HasUnfinishedLine => stdout.Length + stderr.Length > 0;

    /// <summary>What is to be compressed; null: nothing ever is.</summary>
    public LogPacking? Packing => files?.Packing;

    /// <summary>Lines that wait for a slow log; null: nothing does, the container waits.</summary>
    internal QueuedOutput? Queue { get; }

    /// <summary>Takes bytes as the container wrote them. Whole lines go into the batch, the begun one is kept.</summary>
    public void Append(LogStream stream, ReadOnlySpan<byte> bytes, long timeNanoseconds)
    {
        UnfinishedLine begun = Begun(stream);
        while (bytes.Length > 0)
        {
            int room = LogRecord.MaxPieceBytes - begun.Length;
            int newline = bytes[..Math.Min(bytes.Length, room + 1)].IndexOf((byte)'\n');
            int take = newline >= 0 ? newline : Math.Min(bytes.Length, room);
            bool ends = newline >= 0;
            if (!ends && bytes.Length <= room) // neither an end nor a full piece
            {
                begun.Add(bytes);
                return;
            }

            Emit(stream, begun, bytes[..take], !ends, timeNanoseconds);
            bytes = bytes[(ends ? take + 1 : take)..];
        }
    }

    /// <summary>Puts begun lines into the batch: as pieces that go on, or, at the end of the output, as lines.</summary>
    public void EndLines(bool isPartial, long timeNanoseconds)
    {
        if (stdout.Length > 0) { Emit(LogStream.Stdout, stdout, default, isPartial, timeNanoseconds); }

        if (stderr.Length > 0) { Emit(LogStream.Stderr, stderr, default, isPartial, timeNanoseconds); }
    }

    /// <summary>Writes the batch.</summary>
    public void Flush() => output.Flush();

    /// <summary>The output has ended: returns when all of it is stored.</summary>
    public void Finish() => output.Finish();

    /// <summary>Lets go of the log without writing the batch.</summary>
    public void Dispose() => output.Dispose();

    private UnfinishedLine Begun(LogStream stream) => stream == LogStream.Stderr ? stderr : stdout;

    private void Emit(LogStream stream, UnfinishedLine begun, ReadOnlySpan<byte> rest, bool isPartial, long timeNanoseconds)
    {
        ReadOnlySpan<byte> line = rest;
        if (begun.Length > 0)
        {
            begun.Add(rest);
            line = begun.Bytes;
        }

        output.Put(stream, isPartial, line, timeNanoseconds);
        begun.Clear();
    }
}
