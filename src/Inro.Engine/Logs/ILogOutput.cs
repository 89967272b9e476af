namespace Inro.Engine.Logs;

/// <summary>Where the lines of a container go. One suite of tests holds for all.</summary>
internal interface ILogOutput : IDisposable
{
    /// <summary>Bytes that could not be stored.</summary>
    long BytesLost { get; }

    /// <summary>Bytes stored; grows when there is something new for readers.</summary>
    long BytesWritten { get; }

    /// <summary>Takes one line, or a piece of one.</summary>
    /// <param name="stream">Where it was written.</param>
    /// <param name="isPartial">The line goes on.</param>
    /// <param name="bytes">At most <see cref="LogRecord.MaxPieceBytes"/>, without newline.</param>
    /// <param name="timeNanoseconds">When it was read.</param>
    void Put(LogStream stream, bool isPartial, ReadOnlySpan<byte> bytes, long timeNanoseconds);

    /// <summary>Readers may have all that was put.</summary>
    void Flush();

    /// <summary>No line will come any more: returns when all that were put are stored.</summary>
    void Finish();
}
