using Inro.Linux;

namespace Inro.Engine.Logs;

/// <summary>Splits a container's output into records, collects them and writes each batch at once. One thread.</summary>
/// <remarks>
/// Rotated files: what a follower reads is never changed, only renamed. A full disk loses records (counted), never blocks the container
/// and never leaves half a record. Nothing is allocated after the first bytes.
/// </remarks>
public sealed class LogWriter : IDisposable
{
    /// <summary>A batch is written when it exceeds this, or when <see cref="Flush"/> is called.</summary>
    private const int BatchBytes = 64 * 1024;

    private readonly ILogEncoding encoding;
    private readonly LogFile file;
    private readonly UnfinishedLine stdout = new();
    private readonly UnfinishedLine stderr = new();
    private byte[] batch = [];
    private int filled;

    /// <summary>Opens the current file for writing behind what is there; half a record at its end is cut off.</summary>
    /// <exception cref="LinuxException">The file cannot be opened.</exception>
    public LogWriter(LogSettings settings, ILogEncoding encoding)
    {
        this.encoding = encoding;
        file = new LogFile(settings, encoding);
    }

    /// <summary>Bytes of records that could not be written: the disk was full.</summary>
    public long BytesLost => file.BytesLost;

    /// <summary>Bytes of records written by this writer; grows with every batch.</summary>
    public long BytesWritten => file.BytesWritten;

    /// <summary>A line has begun and its end has not come.</summary>
    public bool HasUnfinishedLine => stdout.Length + stderr.Length > 0;

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
    public void Flush()
    {
        if (filled == 0) { return; }

        file.Write(batch.AsSpan(0, filled));
        filled = 0;
    }

    /// <summary>Closes the file without writing the batch.</summary>
    public void Dispose() => file.Dispose();

    private UnfinishedLine Begun(LogStream stream) => stream == LogStream.Stderr ? stderr : stdout;

    private void Emit(LogStream stream, UnfinishedLine begun, ReadOnlySpan<byte> rest, bool isPartial, long timeNanoseconds)
    {
        if (batch.Length == 0) { batch = GC.AllocateUninitializedArray<byte>(BatchBytes + encoding.MaxRecordBytes); }

        ReadOnlySpan<byte> line = rest;
        if (begun.Length > 0)
        {
            begun.Add(rest);
            line = begun.Bytes;
        }

        filled += encoding.Encode(batch.AsSpan(filled), timeNanoseconds, stream, isPartial, line);
        begun.Clear();
        if (filled >= BatchBytes) { Flush(); }
    }
}
