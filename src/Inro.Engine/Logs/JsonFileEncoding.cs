using Inro.Spec;
using System.Text.Json;

namespace Inro.Engine.Logs;

/// <summary>Docker's json-file format: <c>{"log":"text\n","stream":"stdout","time":"2026-01-02T03:04:05.000000006Z"}</c> and a newline.</summary>
/// <remarks>
/// Bytes that are not UTF-8 become U+FFFD, as docker stores them; a partial record's text has no newline. What the options name stands
/// in <c>"attrs":{…}</c> before the time.
/// </remarks>
public sealed class JsonFileEncoding : ILogEncoding
{
    /// <summary>Most bytes that the attributes of one record may take.</summary>
    public const int MaxAttributeBytes = 128 * 1024;

    private const int WorstEscape = 6; // one byte can become \u0000
    private const int FrameBytes = 128;
    private const int EndBytes = 9 + Rfc3339.MaxTextBytes + 3; // ,"time":" and "}, newline

    private readonly byte[] attributes;
    private readonly byte[] tail = new byte[EndBytes];
    private long endTime = long.MinValue;

    /// <summary>To read with: a record may have any attributes.</summary>
    public JsonFileEncoding()
    {
        attributes = [];
        MaxRecordBytes = (LogRecord.MaxPieceBytes * WorstEscape) + FrameBytes + MaxAttributeBytes;
    }

    /// <summary>To write with.</summary>
    /// <param name="values">What every record carries, names sorted by bytes.</param>
    public JsonFileEncoding(IReadOnlyDictionary<string, string> values)
    {
        attributes = JsonText.Object(values);
        MaxRecordBytes = (LogRecord.MaxPieceBytes * WorstEscape) + FrameBytes + attributes.Length;
    }

    /// <inheritdoc/>
    public int MaxRecordBytes { get; }

    /// <inheritdoc/>
    public bool HasMarks => false;

    /// <inheritdoc/>
    public int Encode(Span<byte> target, long timeNanoseconds, LogStream stream, bool isPartial, ReadOnlySpan<byte> bytes)
    {
        if (timeNanoseconds != endTime) { SetEnd(timeNanoseconds); } // a batch of lines has one time: its text is made once

        int at = Put(target, 0, "{\"log\":\""u8);
        at += JsonText.Escape(bytes, target[at..]);
        if (!isPartial) { at = Put(target, at, "\\n"u8); }

        at = Put(target, at, stream == LogStream.Stderr ? "\",\"stream\":\"stderr\""u8 : "\",\"stream\":\"stdout\""u8);
        if (attributes.Length > 0) { at = Put(target, at, attributes); }

        return Put(target, at, tail);
    }

    /// <inheritdoc/>
    public int NextRecordStart(ReadOnlySpan<byte> window)
    {
        int newline = window.IndexOf((byte)'\n');
        return newline >= 0 && newline + 1 < window.Length ? newline + 1 : -1;
    }

    /// <inheritdoc/>
    public int EncodeMark(Span<byte> target, in LogMark mark) => 0;

    /// <inheritdoc/>
    public bool TryReadMark(ReadOnlySpan<byte> source, out LogMark mark)
    {
        mark = default;
        return false;
    }

    /// <inheritdoc/>
    public LogDecoding Decode(ReadOnlyMemory<byte> source, Memory<byte> scratch, out LogRecord record, out int consumed)
    {
        record = default;
        ReadOnlySpan<byte> span = source.Span;
        int end = span.IndexOf((byte)'\n');
        consumed = end + 1;
        if (end < 0) { return span.Length < MaxRecordBytes ? LogDecoding.Incomplete : LogDecoding.Damaged; }

        try { return ReadLine(span[..end], scratch, out record) ? LogDecoding.Record : LogDecoding.Skip; }
        catch (JsonException) { return LogDecoding.Skip; }
        catch (InvalidOperationException) { return LogDecoding.Skip; } // a value of another kind than the name promises
    }

    /// <inheritdoc/>
    public int LastRecordStart(ReadOnlySpan<byte> window)
    {
        if (window is not [.., (byte)'\n']) { return -1; }

        int before = window[..^1].LastIndexOf((byte)'\n');
        return before >= 0 ? before + 1 : -1;
    }

    private void SetEnd(long timeNanoseconds)
    {
        int at = Put(tail, 0, ",\"time\":\""u8);
        at += Rfc3339.Format(timeNanoseconds, tail.AsSpan(at));
        Put(tail, at, "\"}\n"u8);
        endTime = timeNanoseconds;
    }

    private static bool ReadLine(ReadOnlySpan<byte> line, Memory<byte> scratch, out LogRecord record)
    {
        record = default;
        int length = -1;
        long time = 0;
        LogStream stream = LogStream.Stdout;
        var reader = new Utf8JsonReader(line);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) { return false; }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("log"u8))
            {
                if (!reader.Read() || reader.ValueSpan.Length > scratch.Length) { return false; }

                length = reader.CopyString(scratch.Span);
            }
            else if (reader.ValueTextEquals("stream"u8))
            {
                reader.Read();
                stream = reader.ValueTextEquals("stderr"u8) ? LogStream.Stderr : LogStream.Stdout;
            }
            else if (reader.ValueTextEquals("time"u8))
            {
                if (!reader.Read() || !Rfc3339.TryParse(reader.ValueSpan, out time)) { return false; }
            }
            else { reader.Skip(); }
        }

        if (length < 0) { return false; }

        bool whole = length > 0 && scratch.Span[length - 1] == (byte)'\n';
        record = new LogRecord(time, stream, !whole, scratch[..(whole ? length - 1 : length)]);
        return true;
    }

    private static int Put(Span<byte> target, int at, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(target[at..]);
        return at + bytes.Length;
    }
}
