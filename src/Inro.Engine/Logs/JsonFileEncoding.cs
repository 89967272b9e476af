using Inro.Spec;
using System.Text.Json;

namespace Inro.Engine.Logs;

/// <summary>Docker's json-file format: <c>{"log":"text\n","stream":"stdout","time":"2026-01-02T03:04:05.000000006Z"}</c> and a newline.</summary>
/// <remarks>Bytes that are not UTF-8 become U+FFFD, as docker stores them; a partial record's text has no newline.</remarks>
public sealed class JsonFileEncoding : ILogEncoding
{
    private const int WorstEscape = 6; // one byte can become \u0000
    private const int FrameBytes = 128;

    /// <inheritdoc/>
    public int MaxRecordBytes => (LogRecord.MaxPieceBytes * WorstEscape) + FrameBytes;

    /// <inheritdoc/>
    public int Encode(Span<byte> target, long timeNanoseconds, LogStream stream, bool isPartial, ReadOnlySpan<byte> bytes)
    {
        int at = Put(target, 0, "{\"log\":\""u8);
        at += JsonText.Escape(bytes, target[at..]);
        if (!isPartial) { at = Put(target, at, "\\n"u8); }

        at = Put(target, at, stream == LogStream.Stderr ? "\",\"stream\":\"stderr\",\"time\":\""u8 : "\",\"stream\":\"stdout\",\"time\":\""u8);
        at += Rfc3339.Format(timeNanoseconds, target[at..]);
        return Put(target, at, "\"}\n"u8);
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
