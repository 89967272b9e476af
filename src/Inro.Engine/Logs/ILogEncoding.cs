namespace Inro.Engine.Logs;

/// <summary>How records are bytes in a file. Stateless; one suite of tests holds for all.</summary>
public interface ILogEncoding
{
    /// <summary>More bytes than one record of <see cref="LogRecord.MaxPieceBytes"/> can take.</summary>
    int MaxRecordBytes { get; }

    /// <summary>Writes one record.</summary>
    /// <param name="target">At least <see cref="MaxRecordBytes"/>.</param>
    /// <param name="timeNanoseconds">Nanoseconds since 1970.</param>
    /// <param name="stream">Where it was written.</param>
    /// <param name="isPartial">The line goes on.</param>
    /// <param name="bytes">At most <see cref="LogRecord.MaxPieceBytes"/>, without newline.</param>
    /// <returns>Bytes written.</returns>
    int Encode(Span<byte> target, long timeNanoseconds, LogStream stream, bool isPartial, ReadOnlySpan<byte> bytes);

    /// <summary>Reads the record that starts where <paramref name="source"/> starts.</summary>
    /// <param name="source">Bytes of a file from the beginning of a record on.</param>
    /// <param name="scratch">At least <see cref="MaxRecordBytes"/>; may hold the record's bytes afterwards.</param>
    /// <param name="record">The record; its bytes are those of source or scratch.</param>
    /// <param name="consumed">Bytes of source to go on after: also after a damaged record that can be skipped.</param>
    LogDecoding Decode(ReadOnlyMemory<byte> source, Memory<byte> scratch, out LogRecord record, out int consumed);

    /// <summary>Where the last record begins.</summary>
    /// <param name="window">Bytes of a file up to the end of a record.</param>
    /// <returns>Offset in the window; -1: it begins before the window, or the end is damaged.</returns>
    int LastRecordStart(ReadOnlySpan<byte> window);

    /// <summary>Where a record begins after some byte in the middle of one.</summary>
    /// <param name="window">Bytes of a file from anywhere on.</param>
    /// <returns>Offset in the window; -1: none begins there, or only marks tell where records begin.</returns>
    int NextRecordStart(ReadOnlySpan<byte> window);

    /// <summary>The writer puts marks between records: otherwise a record's start can be found anywhere.</summary>
    bool HasMarks { get; }

    /// <summary>Writes a mark.</summary>
    /// <param name="target">At least <see cref="LogMark.MaxBytes"/>.</param>
    /// <param name="mark">Its own offset is not written.</param>
    /// <returns>Bytes written.</returns>
    int EncodeMark(Span<byte> target, in LogMark mark);

    /// <summary>Reads a mark that begins where <paramref name="source"/> begins; false: that is none.</summary>
    bool TryReadMark(ReadOnlySpan<byte> source, out LogMark mark);
}
