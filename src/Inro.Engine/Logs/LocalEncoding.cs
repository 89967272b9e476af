using System.Buffers.Binary;

namespace Inro.Engine.Logs;

/// <summary>Compact records that can be walked both ways.</summary>
/// <remarks>
/// Little-endian: length (4) | stream, 0x80 if partial (1) | time (8) | bytes | length (4). The length counts stream, time and bytes.
/// A mark is a record of stream 3: its time is the latest so far, its bytes are the offset of the mark before it (8).
/// </remarks>
public sealed class LocalEncoding : ILogEncoding
{
    private const int LengthBytes = 4;
    private const int FixedBytes = 1 + 8;
    private const int FrameBytes = LengthBytes + FixedBytes + LengthBytes;
    private const byte PartialFlag = 0x80;
    private const byte MarkStream = 3;
    private const int MarkLength = FixedBytes + 8;

    /// <inheritdoc/>
    public int MaxRecordBytes => FrameBytes + LogRecord.MaxPieceBytes;

    /// <inheritdoc/>
    public int Encode(Span<byte> target, long timeNanoseconds, LogStream stream, bool isPartial, ReadOnlySpan<byte> bytes)
    {
        int length = FixedBytes + bytes.Length;
        BinaryPrimitives.WriteInt32LittleEndian(target, length);
        target[LengthBytes] = (byte)((byte)stream | (isPartial ? PartialFlag : 0));
        BinaryPrimitives.WriteInt64LittleEndian(target[(LengthBytes + 1)..], timeNanoseconds);
        bytes.CopyTo(target[(LengthBytes + FixedBytes)..]);
        BinaryPrimitives.WriteInt32LittleEndian(target[(LengthBytes + length)..], length);
        return FrameBytes + bytes.Length;
    }

    /// <inheritdoc/>
    public LogDecoding Decode(ReadOnlyMemory<byte> source, Memory<byte> scratch, out LogRecord record, out int consumed)
    {
        record = default;
        consumed = 0;
        ReadOnlySpan<byte> span = source.Span;
        if (span.Length < LengthBytes) { return LogDecoding.Incomplete; }

        int length = BinaryPrimitives.ReadInt32LittleEndian(span);
        if (!IsLength(length)) { return LogDecoding.Damaged; }

        int whole = length + (2 * LengthBytes);
        if (span.Length < whole) { return LogDecoding.Incomplete; }

        bool framed = BinaryPrimitives.ReadInt32LittleEndian(span[(LengthBytes + length)..]) == length;
        if (framed && span[LengthBytes] == MarkStream && length == MarkLength)
        {
            consumed = whole;
            return LogDecoding.Skip;
        }

        var stream = (LogStream)(span[LengthBytes] & ~PartialFlag);
        if (!framed || stream is not (LogStream.Stdout or LogStream.Stderr)) { return LogDecoding.Damaged; }

        long time = BinaryPrimitives.ReadInt64LittleEndian(span[(LengthBytes + 1)..]);
        bool isPartial = (span[LengthBytes] & PartialFlag) != 0;
        record = new LogRecord(time, stream, isPartial, source.Slice(LengthBytes + FixedBytes, length - FixedBytes));
        consumed = whole;
        return LogDecoding.Record;
    }

    /// <inheritdoc/>
    public int LastRecordStart(ReadOnlySpan<byte> window)
    {
        if (window.Length < FrameBytes) { return -1; }

        int length = BinaryPrimitives.ReadInt32LittleEndian(window[^LengthBytes..]);
        int start = window.Length - length - (2 * LengthBytes);
        bool whole = IsLength(length) && start >= 0 && BinaryPrimitives.ReadInt32LittleEndian(window[start..]) == length;
        return whole ? start : -1;
    }

    /// <inheritdoc/>
    public bool HasMarks => true;

    /// <inheritdoc/>
    public int NextRecordStart(ReadOnlySpan<byte> window) => -1;

    /// <inheritdoc/>
    public int EncodeMark(Span<byte> target, in LogMark mark)
    {
        Span<byte> previous = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(previous, mark.Previous);
        return Encode(target, mark.Latest, (LogStream)MarkStream, isPartial: false, previous);
    }

    /// <inheritdoc/>
    public bool TryReadMark(ReadOnlySpan<byte> source, out LogMark mark)
    {
        mark = default;
        bool isMark = source.Length >= MarkLength + (2 * LengthBytes) && BinaryPrimitives.ReadInt32LittleEndian(source) == MarkLength && source[LengthBytes] == MarkStream
            && BinaryPrimitives.ReadInt32LittleEndian(source[(LengthBytes + MarkLength)..]) == MarkLength;
        if (!isMark) { return false; }

        long latest = BinaryPrimitives.ReadInt64LittleEndian(source[(LengthBytes + 1)..]);
        mark = new LogMark(0, BinaryPrimitives.ReadInt64LittleEndian(source[(LengthBytes + FixedBytes)..]), latest);
        return true;
    }

    private static bool IsLength(int length) => length is >= FixedBytes and <= FixedBytes + LogRecord.MaxPieceBytes;
}
