using System.Text;
using Inro.Engine.Logs;
using Xunit;

namespace Inro.Tests.Engine.Logs;

public sealed class LogFilesTests : IDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("inro-log");

    public static TheoryData<LogDriver> Drivers => [LogDriver.Local, LogDriver.JsonFile];

    public void Dispose() => directory.Delete(recursive: true);

    [Theory]
    [MemberData(nameof(Drivers))]
    public void Lines_split_anywhere_come_back_whole(LogDriver driver)
    {
        LogSettings settings = Settings(driver);
        byte[] text = Encoding.UTF8.GetBytes("first\nsecond line\n\nfourth\nlast without end");
        for (int size = 1; size <= text.Length; size++)
        {
            File.Delete(settings.Path);
            using (LogWriter writer = Writer(settings))
            {
                for (int at = 0; at < text.Length; at += size) { writer.Append(LogStream.Stdout, text.AsSpan(at, Math.Min(size, text.Length - at)), at); }

                writer.EndLines(isPartial: false, 99);
                writer.Flush();
            }

            Assert.Equal(["first", "second line", "", "fourth", "last without end"], Lines(settings, new LogSelection()));
        }
    }

    [Theory]
    [MemberData(nameof(Drivers))]
    public void A_long_line_is_stored_in_pieces_and_its_end_is_marked(LogDriver driver)
    {
        LogSettings settings = Settings(driver);
        Write(settings, new string('x', (2 * LogRecord.MaxPieceBytes) + 5) + "\n" + new string('y', LogRecord.MaxPieceBytes) + "\n");

        List<LogRecord> records = Records(settings, new LogSelection());

        Assert.Equal([(16384, true), (16384, true), (5, false), (16384, false)], records.Select(static r => (r.Bytes.Length, r.IsPartial)));
    }

    [Theory]
    [MemberData(nameof(Drivers))]
    public void Rotation_keeps_the_youngest_files_and_bounds_the_disk(LogDriver driver)
    {
        LogSettings settings = Settings(driver) with { MaxFileBytes = 1000, MaxFiles = 3 };
        using (LogWriter writer = Writer(settings)) { WriteNumbers(writer, 0, 500); }

        string[] lines = [.. Lines(settings, new LogSelection())];
        long bytes = directory.GetFiles().Sum(static file => file.Length);

        Assert.Equal(3, directory.GetFiles().Length);
        Assert.InRange(bytes, 1000, 3000);
        Assert.Equal(Enumerable.Range(500 - lines.Length, lines.Length).Select(static i => $"line {i}"), lines);
    }

    [Theory]
    [MemberData(nameof(Drivers))]
    public void A_follower_loses_nothing_when_files_are_rotated_under_it(LogDriver driver)
    {
        LogSettings settings = Settings(driver) with { MaxFileBytes = 2000, MaxFiles = 4 };
        using LogWriter writer = Writer(settings);
        using var reader = new LogReader(settings, new LogSelection());
        List<string> read = [];
        for (int round = 0; round < 300; round++)
        {
            WriteNumbers(writer, round * 10, 10);
            if (round % 3 == 0) { ReadOn(reader, read); }
        }

        ReadOn(reader, read);
        Assert.Equal(Enumerable.Range(0, 3000).Select(static i => $"line {i}"), read);
    }

    [Theory]
    [MemberData(nameof(Drivers))]
    public void A_follower_of_a_single_file_starts_again_when_it_is_emptied(LogDriver driver)
    {
        LogSettings settings = Settings(driver) with { MaxFileBytes = 1500, MaxFiles = 1 };
        using LogWriter writer = Writer(settings);
        using var reader = new LogReader(settings, new LogSelection());
        List<string> read = [];
        for (int round = 0; round < 100; round++)
        {
            WriteNumbers(writer, round * 5, 5);
            ReadOn(reader, read);
        }

        Assert.Equal("line 499", read[^1]);
    }

    [Theory]
    [MemberData(nameof(Drivers))]
    public void Half_a_record_at_the_end_is_passed_over_and_cut_off_by_the_next_writer(LogDriver driver)
    {
        LogSettings settings = Settings(driver);
        Write(settings, "one\ntwo\nthree\n");
        byte[] whole = File.ReadAllBytes(settings.Path);
        File.WriteAllBytes(settings.Path, whole[..^5]);

        Assert.Equal(["one", "two"], Lines(settings, new LogSelection()));
        Assert.Equal(["two"], Lines(settings, new LogSelection { Tail = 1 }));
        Write(settings, "four\n");
        Assert.Equal(["one", "two", "four"], Lines(settings, new LogSelection()));
    }

    [Theory]
    [MemberData(nameof(Drivers))]
    public void The_last_lines_are_found_over_several_files(LogDriver driver)
    {
        LogSettings settings = Settings(driver) with { MaxFileBytes = 2000, MaxFiles = 5 };
        using (LogWriter writer = Writer(settings)) { WriteNumbers(writer, 0, 100); }

        foreach (int lines in (int[])[0, 1, 7, 30, 60])
        {
            Assert.Equal(Enumerable.Range(100 - lines, lines).Select(static i => $"line {i}"), Lines(settings, new LogSelection { Tail = lines }));
        }
    }

    [Theory]
    [MemberData(nameof(Drivers))]
    public void The_last_lines_of_one_stream_are_counted_without_the_other(LogDriver driver)
    {
        LogSettings settings = Settings(driver);
        using (LogWriter writer = Writer(settings))
        {
            writer.Append(LogStream.Stdout, "out 1\nout 2\n"u8, 1);
            writer.Append(LogStream.Stderr, "err 1\nerr 2\nerr 3\n"u8, 2);
            writer.Flush();
        }

        Assert.Equal(["out 2"], Lines(settings, new LogSelection { Tail = 1, Stderr = false }));
    }

    [Theory]
    [MemberData(nameof(Drivers))]
    public void Since_and_until_bound_the_times(LogDriver driver)
    {
        LogSettings settings = Settings(driver);
        using (LogWriter writer = Writer(settings))
        {
            for (int i = 1; i <= 9; i++) { writer.Append(LogStream.Stdout, Encoding.UTF8.GetBytes($"{i}\n"), i * 1000); }

            writer.Flush();
        }

        Assert.Equal(["3", "4", "5"], Lines(settings, new LogSelection { SinceNanoseconds = 3000, UntilNanoseconds = 5000 }));
    }

    private LogSettings Settings(LogDriver driver) => new() { Driver = driver, Path = directory.FullName + "/container.log" };

    private static LogWriter Writer(LogSettings settings) => new(settings);

    private static void Write(LogSettings settings, string text)
    {
        using LogWriter writer = Writer(settings);
        writer.Append(LogStream.Stdout, Encoding.UTF8.GetBytes(text), 1);
        writer.Flush();
    }

    private static void WriteNumbers(LogWriter writer, int first, int count)
    {
        for (int i = first; i < first + count; i++)
        {
            writer.Append(LogStream.Stdout, Encoding.UTF8.GetBytes($"line {i}\n"), i + 1);
            writer.Flush();
        }
    }

    private static void ReadOn(LogReader reader, List<string> into)
    {
        while (reader.TryRead(out LogRecord record)) { into.Add(Encoding.UTF8.GetString(record.Bytes.Span)); }
    }

    private static IEnumerable<string> Lines(LogSettings settings, LogSelection selection) =>
        Records(settings, selection).Select(static record => Encoding.UTF8.GetString(record.Bytes.Span));

    private static List<LogRecord> Records(LogSettings settings, LogSelection selection)
    {
        using var reader = new LogReader(settings, selection);
        List<LogRecord> records = [];
        while (reader.TryRead(out LogRecord record)) { records.Add(record with { Bytes = record.Bytes.ToArray() }); }

        return records;
    }
}
