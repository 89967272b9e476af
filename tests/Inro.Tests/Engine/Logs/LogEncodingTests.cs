using System.Text;
using Inro.Engine.Logs;
using Xunit;

namespace Inro.Tests.Engine.Logs;

/// <summary>What every encoding must do.</summary>
public sealed class LogEncodingTests
{
    public static TheoryData<LogDriver> Drivers => [LogDriver.Local, LogDriver.JsonFile];

    [Theory]
    [MemberData(nameof(Drivers))]
    public void A_record_is_read_as_it_was_written(LogDriver driver)
    {
        ILogEncoding encoding = LogEncodings.For(driver)!;
        byte[] bytes = Encoding.UTF8.GetBytes("tab\t quote\" back\\ bell\a ünï \u2028 end");

        LogRecord record = Assert.Single(Decode(encoding, Encode(encoding, 1_700_000_000_123_456_789, LogStream.Stderr, true, bytes)));

        Assert.Equal((1_700_000_000_123_456_789, LogStream.Stderr, true), (record.TimeNanoseconds, record.Stream, record.IsPartial));
        Assert.Equal(bytes, record.Bytes.ToArray());
    }

    [Theory]
    [MemberData(nameof(Drivers))]
    public void The_largest_piece_of_the_worst_bytes_fits(LogDriver driver)
    {
        ILogEncoding encoding = LogEncodings.For(driver)!;
        byte[] bytes = new byte[LogRecord.MaxPieceBytes];

        Assert.Equal(bytes, Assert.Single(Decode(encoding, Encode(encoding, 1, LogStream.Stdout, false, bytes))).Bytes.ToArray());
    }

    [Theory]
    [MemberData(nameof(Drivers))]
    public void A_record_cut_at_any_byte_is_incomplete_and_takes_nothing(LogDriver driver)
    {
        ILogEncoding encoding = LogEncodings.For(driver)!;
        byte[] whole = Encode(encoding, 5, LogStream.Stdout, false, "hello"u8);
        for (int length = 0; length < whole.Length; length++)
        {
            LogDecoding found = encoding.Decode(whole.AsMemory(0, length), new byte[encoding.MaxRecordBytes], out _, out int consumed);
            Assert.Equal((LogDecoding.Incomplete, 0), (found, consumed));
        }
    }

    [Theory]
    [MemberData(nameof(Drivers))]
    public void The_last_record_is_found_from_the_end(LogDriver driver)
    {
        ILogEncoding encoding = LogEncodings.For(driver)!;
        byte[] first = Encode(encoding, 5, LogStream.Stdout, false, "first"u8);
        byte[] second = Encode(encoding, 6, LogStream.Stdout, false, "second"u8);

        Assert.Equal(first.Length, encoding.LastRecordStart([.. first, .. second]));
    }

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(9 + LogRecord.MaxPieceBytes + 1)]
    public void A_hostile_length_is_damage(int length)
    {
        byte[] bytes = [.. BitConverter.GetBytes(length), .. new byte[64]];

        Assert.Equal(LogDecoding.Damaged, new LocalEncoding().Decode(bytes, default, out _, out _));
    }

    [Fact]
    public void Json_is_what_docker_writes()
    {
        byte[] line = Encode(new JsonFileEncoding(), 1_700_000_000_000_000_006, LogStream.Stdout, false, "hi \"you\""u8);

        Assert.Equal("""{"log":"hi \"you\"\n","stream":"stdout","time":"2023-11-14T22:13:20.000000006Z"}""" + "\n", Encoding.UTF8.GetString(line));
    }

    [Theory]
    [InlineData("<a&b>\t\u0001", "\\u003ca\\u0026b\\u003e\\u0009\\u0001")]
    [InlineData("\\ \"\r\u2028", "\\\\ \\\"\\r\\u2028")]
    public void Json_is_escaped_as_docker_escapes(string text, string escaped) =>
        Assert.StartsWith("{\"log\":\"" + escaped + "\\n\"", Encoding.UTF8.GetString(Encode(new JsonFileEncoding(), 1, LogStream.Stdout, false, Encoding.UTF8.GetBytes(text))), StringComparison.Ordinal);

    [Fact]
    public void Bytes_that_are_no_text_become_dockers_sign_for_it() =>
        Assert.StartsWith("{\"log\":\"a\\ufffd\\ufffdb\\n\"", Encoding.UTF8.GetString(Encode(new JsonFileEncoding(), 1, LogStream.Stdout, false, [97, 0xff, 0xfe, 98])), StringComparison.Ordinal);

    [Fact]
    public void Attributes_stand_before_the_time_and_are_passed_over_by_a_reader()
    {
        JsonFileEncoding encoding = new(new Dictionary<string, string> { ["tag"] = "a<b", ["env"] = "x" });
        byte[] line = Encode(encoding, 1_700_000_000_000_000_006, LogStream.Stderr, false, "hi"u8);

        Assert.Equal("""{"log":"hi\n","stream":"stderr","attrs":{"env":"x","tag":"a\u003cb"},"time":"2023-11-14T22:13:20.000000006Z"}""" + "\n", Encoding.UTF8.GetString(line));
        Assert.Equal("hi", Encoding.UTF8.GetString(Assert.Single(Decode(new JsonFileEncoding(), line)).Bytes.Span));
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("{\"log\":5}")]
    [InlineData("{\"log\":\"x\",\"time\":\"never\"}")]
    [InlineData("{\"log\":\"x\",\"stream\":{}}")]
    public void A_line_that_is_no_record_is_skipped(string line)
    {
        var encoding = new JsonFileEncoding();
        byte[] bytes = [.. Encoding.UTF8.GetBytes(line + "\n"), .. Encode(encoding, 1, LogStream.Stdout, false, "next"u8)];

        Assert.Equal("next", Encoding.UTF8.GetString(Assert.Single(Decode(encoding, bytes)).Bytes.Span));
    }

    private static byte[] Encode(ILogEncoding encoding, long time, LogStream stream, bool isPartial, ReadOnlySpan<byte> bytes)
    {
        byte[] target = new byte[encoding.MaxRecordBytes];
        return target[..encoding.Encode(target, time, stream, isPartial, bytes)];
    }

    private static List<LogRecord> Decode(ILogEncoding encoding, ReadOnlyMemory<byte> bytes)
    {
        List<LogRecord> records = [];
        while (bytes.Length > 0)
        {
            LogDecoding found = encoding.Decode(bytes, new byte[encoding.MaxRecordBytes], out LogRecord record, out int consumed);
            if (found == LogDecoding.Record) { records.Add(record); }
            else if (found != LogDecoding.Skip) { break; }

            bytes = bytes[consumed..];
        }

        return records;
    }
}
