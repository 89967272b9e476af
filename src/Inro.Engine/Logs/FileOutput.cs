namespace Inro.Engine.Logs;

/// <summary>Lines into files: encoded into one buffer, each batch written at once.</summary>
internal sealed class FileOutput : ILogOutput
{
    /// <summary>A batch is written when it exceeds this, or at <see cref="Flush"/>.</summary>
    private const int BatchBytes = 64 * 1024;

    private readonly ILogEncoding encoding;
    private readonly LogFile file;
    private readonly int batchBytes;
    private byte[] batch = [];
    private int filled;
    private long latest = long.MinValue;

    /// <summary>Opens the current file for writing behind what is there; half a record at its end is cut off.</summary>
    public FileOutput(LogSettings settings, ILogEncoding encoding)
    {
        this.encoding = encoding;
        file = new LogFile(settings, encoding);
        batchBytes = (int)Math.Min(BatchBytes, settings.MaxFileBytes); // no batch is larger than a file by more than a record
    }

    /// <inheritdoc/>
    public long BytesLost => file.BytesLost;

    /// <inheritdoc/>
    public long BytesWritten => file.BytesWritten;

    /// <summary>What is to be compressed; null: nothing ever is.</summary>
    public LogPacking? Packing => file.Packing;

    /// <inheritdoc/>
    public void Put(LogStream stream, bool isPartial, ReadOnlySpan<byte> bytes, long timeNanoseconds)
    {
        if (batch.Length == 0) { batch = GC.AllocateUninitializedArray<byte>(BatchBytes + encoding.MaxRecordBytes); }

        filled += encoding.Encode(batch.AsSpan(filled), timeNanoseconds, stream, isPartial, bytes);
        latest = Math.Max(latest, timeNanoseconds);
        if (filled >= batchBytes) { Flush(); }
    }

    /// <inheritdoc/>
    public void Flush()
    {
        if (filled == 0) { return; }

        file.Write(batch.AsSpan(0, filled), latest);
        filled = 0;
    }

    /// <inheritdoc/>
    public void Finish() => Flush();

    /// <summary>Closes the file without writing the batch.</summary>
    public void Dispose() => file.Dispose();
}
