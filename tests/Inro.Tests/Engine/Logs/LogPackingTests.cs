using System.IO.Compression;
using System.Text;
using Inro.Engine.Logs;
using Microsoft.Win32.SafeHandles;
using Xunit;

namespace Inro.Tests.Engine.Logs;

/// <summary>Compressed files of a log: made, read, damaged, and followed while they come.</summary>
public sealed class LogPackingTests : IDisposable
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("inro-log");

    public static TheoryData<LogDriver> Drivers => [LogDriver.Local, LogDriver.JsonFile];

    public void Dispose() => directory.Delete(recursive: true);

    [Theory]
    [MemberData(nameof(Drivers))]
    public void Compressed_files_are_read_as_the_plain_ones(LogDriver driver)
    {
        LogSettings settings = Settings(driver);
        using (LogWriter writer = new(settings))
        {
            WriteNumbers(writer, 0, 200);
            PackAll(writer, driver);
            WriteNumbers(writer, 200, 3);
        }

        string ending = driver == LogDriver.JsonFile ? ".gz" : ".zst";
        Assert.Equal(["log", "log.1" + ending, "log.2" + ending, "log.3" + ending], directory.GetFiles().Select(static f => f.Name).Order());
        string[] lines = Lines(settings, new LogSelection());
        Assert.InRange(lines.Length, 30, 200);
        Assert.Equal(Numbers(203 - lines.Length, lines.Length), lines);
        foreach (int tail in (int[])[1, 5, 60]) { Assert.Equal(lines.TakeLast(tail), Lines(settings, new LogSelection { Tail = tail })); }
    }

    [Fact]
    public void A_compressed_json_file_is_gzip_that_any_program_reads()
    {
        LogSettings settings = Settings(LogDriver.JsonFile) with { MaxFileBytes = 1_000_000, MaxFiles = 2 };
        using (LogWriter writer = new(settings))
        {
            for (int i = 0; i < 20; i++) { WriteNumbers(writer, i * 1000, 1000, flushEach: false); }

            PackAll(writer, LogDriver.JsonFile);
        }

        using GZipStream plain = new(File.OpenRead(settings.Path + ".1.gz"), CompressionMode.Decompress);
        using StreamReader text = new(plain);
        int lines = 0;
        while (text.ReadLine() is { } line)
        {
            Assert.StartsWith("{\"log\":\"line ", line, StringComparison.Ordinal);
            lines++;
        }

        Assert.InRange(lines, 1000, 20_000);
    }

    [Theory]
    [MemberData(nameof(Drivers))]
    public void A_follower_neither_loses_nor_repeats_a_line_when_files_are_compressed_under_it(LogDriver driver)
    {
        LogSettings settings = Settings(driver);
        using LogWriter writer = new(settings);
        using LogReader reader = new(settings, new LogSelection());
        List<string> read = [];
        for (int round = 0; round < 200; round++)
        {
            WriteNumbers(writer, round * 10, 10);
            if (round % 2 == 0) { PackOne(writer, driver); }

            if (round % 3 == 0) { ReadOn(reader, read); }
        }

        ReadOn(reader, read);
        Assert.Equal(Numbers(0, 2000), read);
    }

    [Theory]
    [MemberData(nameof(Drivers))]
    public void What_is_compressed_while_files_are_rotated_ends_at_its_new_place(LogDriver driver)
    {
        LogSettings settings = Settings(driver);
        using LogWriter writer = new(settings);
        WriteNumbers(writer, 0, 50);
        (SafeFileHandle source, SafeFileHandle target) = writer.Packing!.Begin()!.Value;
        using (source)
        using (target)
        {
            WriteNumbers(writer, 50, driver == LogDriver.Local ? 50 : 20);
            Assert.True(LogPacker.Pack(source, target, driver));
        }

        string[] before = Lines(settings, new LogSelection());
        writer.Packing.End();

        Assert.Equal(before, Lines(settings, new LogSelection()));
        Assert.Single(directory.GetFiles(), static f => f.Extension is ".gz" or ".zst");
    }

    [Theory]
    [MemberData(nameof(Drivers))]
    public void A_rotation_that_failed_half_way_costs_no_line_when_what_is_compressed_is_ready(LogDriver driver)
    {
        LogSettings settings = Settings(driver);
        using LogWriter writer = new(settings);
        int lines = driver == LogDriver.Local ? 60 : 20; // in two files
        WriteNumbers(writer, 0, lines);
        (SafeFileHandle source, SafeFileHandle target) = writer.Packing!.Begin()!.Value;
        using (source)
        using (target) { Assert.True(LogPacker.Pack(source, target, driver)); }

        File.Move(settings.Path + ".1", settings.Path + ".2"); // and no file could be made for what comes
        File.Move(settings.Path, settings.Path + ".1");
        string[] before = Lines(settings, new LogSelection());
        writer.Packing.End();

        Assert.Equal(Numbers(0, lines), before);
        Assert.Equal(before, Lines(settings, new LogSelection()));
    }

    [Theory]
    [MemberData(nameof(Drivers))]
    public void A_result_that_cannot_have_its_name_leaves_the_plain_file(LogDriver driver)
    {
        LogSettings settings = Settings(driver);
        using LogWriter writer = new(settings);
        WriteNumbers(writer, 0, 60);
        (SafeFileHandle source, SafeFileHandle target) = writer.Packing!.Begin()!.Value;
        using (source)
        using (target) { Assert.True(LogPacker.Pack(source, target, driver)); }

        foreach (string ending in (string[])[".gz", ".zst"]) { Directory.CreateDirectory(settings.Path + ".1" + ending); }
        writer.Packing.End();

        Assert.True(File.Exists(settings.Path + ".1"));
    }

    [Fact]
    public void A_file_that_cannot_be_opened_is_not_compressed_and_that_is_all()
    {
        LogSettings settings = Settings(LogDriver.Local);
        using LogWriter writer = new(settings);
        WriteNumbers(writer, 0, 60);
        File.Delete(settings.Path + ".1");
        File.CreateSymbolicLink(settings.Path + ".1", settings.Path);

        Assert.Null(writer.Packing!.Begin());
    }

    [Theory]
    [MemberData(nameof(Drivers))]
    public void A_rotation_for_which_no_file_can_be_made_moves_nothing(LogDriver driver)
    {
        LogSettings settings = Settings(driver) with { IsCompressed = false };
        using LogWriter writer = new(settings);
        WriteNumbers(writer, 0, 25);
        string[] names = Names();
        Directory.CreateDirectory(settings.Path + ".next");

        WriteNumbers(writer, 25, 100);

        Assert.Equal(names, Names());
        Assert.Equal(Numbers(0, 125), Lines(settings, new LogSelection()));
        Directory.Delete(settings.Path + ".next");
        WriteNumbers(writer, 125, 1);
        Assert.Equal(names.Length + 1, Names().Length);
    }

    [Theory]
    [MemberData(nameof(Drivers))]
    public void A_killed_compressor_leaves_the_plain_file_and_the_next_rotation_compresses_it(LogDriver driver)
    {
        LogSettings settings = Settings(driver);
        using LogWriter writer = new(settings);
        WriteNumbers(writer, 0, 60);
        string[] before = Lines(settings, new LogSelection());
        (SafeFileHandle source, SafeFileHandle target) = writer.Packing!.Begin()!.Value;
        using (source)
        using (target) { RandomAccess.Write(target, "half a result"u8, 0); }

        writer.Packing.End();

        Assert.Equal(before, Lines(settings, new LogSelection()));
        Assert.DoesNotContain(directory.GetFiles(), static f => f.Name.EndsWith(".packing", StringComparison.Ordinal));
        WriteNumbers(writer, 60, 60);
        PackAll(writer, driver);
        Assert.DoesNotContain(directory.GetFiles(), static f => f.Name is "log.1" or "log.2" or "log.3");
    }

    [Theory]
    [MemberData(nameof(Drivers))]
    public void A_killed_shim_leaves_nothing_that_the_next_one_does_not_put_right(LogDriver driver)
    {
        LogSettings settings = Settings(driver);
        using (LogWriter writer = new(settings))
        {
            WriteNumbers(writer, 0, 60);
            File.Copy(settings.Path + ".1", directory.FullName + "/kept");
            PackOne(writer, driver);
        }

        string[] before = Lines(settings, new LogSelection());
        File.Move(directory.FullName + "/kept", settings.Path + ".1");
        File.WriteAllText(settings.Path + ".packing", "half");
        Assert.Equal(before, Lines(settings, new LogSelection()));
        using (LogWriter writer = new(settings)) { Assert.Equal(before, Lines(settings, new LogSelection())); }

        Assert.DoesNotContain(directory.GetFiles(), static f => f.Name is "log.1" or "log.packing");
    }

    [Theory]
    [MemberData(nameof(Drivers))]
    public void Times_are_found_in_files_of_any_kind(LogDriver driver)
    {
        LogSettings settings = Settings(driver) with { MaxFileBytes = 3_000_000, MaxFiles = 3 };
        using (LogWriter writer = new(settings))
        {
            for (int i = 0; i < 100; i++)
            {
                WriteNumbers(writer, i * 1000, 1000, flushEach: false);
                if (i % 20 == 5) { PackOne(writer, driver); }
            }
        }

        string[] all = Lines(settings, new LogSelection());
        int first = int.Parse(all[0].AsSpan(5), System.Globalization.CultureInfo.InvariantCulture);
        foreach (int line in (int[])[first, first + 1, first + (all.Length / 3), first + (all.Length / 2), 99_990])
        {
            string[] found = Lines(settings, new LogSelection { SinceNanoseconds = line + 1, UntilNanoseconds = line + 3 });
            Assert.Equal(Numbers(line, 3), found);
        }
    }

    [Theory]
    [MemberData(nameof(Drivers))]
    public void A_time_near_the_end_of_a_large_file_is_found_without_reading_what_is_before_it(LogDriver driver)
    {
        LogSettings settings = Settings(driver) with { MaxFileBytes = 100_000_000 };
        using (LogWriter writer = new(settings))
        {
            for (int i = 0; i < 100; i++) { WriteNumbers(writer, i * 1000, 1000, flushEach: false); }
        }

        ILogEncoding encoding = LogEncodings.For(driver)!;
        using LogSegment segment = new(PlainLog.TryOpen(settings.Path, encoding)!, encoding);
        LogSeek.ToTime(segment, encoding, 99_000);

        Assert.InRange(segment.Offset, segment.Bytes.Size - 1_000_000, segment.Bytes.Size);
        Assert.True(segment.TryRead(out LogRecord record));
        Assert.InRange(record.TimeNanoseconds, 1, 99_000);
    }

    [Theory]
    [MemberData(nameof(Drivers))]
    public void Marks_go_on_after_another_shim(LogDriver driver)
    {
        LogSettings settings = Settings(driver) with { MaxFileBytes = 100_000_000 };
        for (int i = 0; i < 60; i++)
        {
            using LogWriter writer = new(settings);
            WriteNumbers(writer, i * 1000, 1000, flushEach: false);
        }

        ILogEncoding encoding = LogEncodings.For(driver)!;
        using LogSegment segment = new(PlainLog.TryOpen(settings.Path, encoding)!, encoding);
        LogSeek.ToTime(segment, encoding, 30_000);
        Assert.True(segment.TryRead(out LogRecord record));
        Assert.InRange(record.TimeNanoseconds, 10_000, 30_000);
    }

    [Theory]
    [MemberData(nameof(Drivers))]
    public void A_damaged_compressed_file_gives_no_wrong_line_and_takes_none_of_the_others(LogDriver driver)
    {
        LogSettings settings = Settings(driver);
        using (LogWriter writer = new(settings))
        {
            WriteNumbers(writer, 0, 200);
            PackAll(writer, driver);
        }

        HashSet<string> all = [.. Lines(settings, new LogSelection())];
        string packed = directory.GetFiles().Single(static f => f.Name.StartsWith("log.2.", StringComparison.Ordinal)).FullName;
        byte[] whole = File.ReadAllBytes(packed);
        string last = Lines(settings, new LogSelection { Tail = 1 })[0];
        for (int at = 0; at < whole.Length; at += 3)
        {
            byte[] damaged = [.. whole];
            damaged[at] ^= 0x55;
            File.WriteAllBytes(packed, damaged);
            string[] lines = Lines(settings, new LogSelection());
            Assert.Equal(last, lines[^1]);
            if (driver == LogDriver.Local) { Assert.All(lines, line => Assert.Contains(line, all)); } // zstd's checksum comes with the end of a piece: what it gave before is right or does not decode
        }
    }

    private string[] Names() => [.. directory.GetFiles().Select(static f => f.Name).Order()];

    private LogSettings Settings(LogDriver driver) => new() { Driver = driver, Path = directory.FullName + "/log", MaxFileBytes = 1000, MaxFiles = 4, IsCompressed = true };

    private static void PackOne(LogWriter writer, LogDriver driver)
    {
        if (writer.Packing!.Begin() is not { } files) { return; }

        using (files.Source)
        using (files.Target) { Assert.True(LogPacker.Pack(files.Source, files.Target, driver)); }

        writer.Packing.End();
    }

    private static void PackAll(LogWriter writer, LogDriver driver)
    {
        while (writer.Packing!.IsWanted) { PackOne(writer, driver); }
    }

    private static void WriteNumbers(LogWriter writer, int first, int count, bool flushEach = true)
    {
        for (int i = first; i < first + count; i++)
        {
            writer.Append(LogStream.Stdout, Encoding.UTF8.GetBytes($"line {i}\n"), i + 1);
            if (flushEach) { writer.Flush(); }
        }

        writer.Flush();
    }

    private static IEnumerable<string> Numbers(int first, int count) => Enumerable.Range(first, count).Select(static i => $"line {i}");

    private static void ReadOn(LogReader reader, List<string> into)
    {
        while (reader.TryRead(out LogRecord record)) { into.Add(Encoding.UTF8.GetString(record.Bytes.Span)); }
    }

    private static string[] Lines(LogSettings settings, LogSelection selection)
    {
        using LogReader reader = new(settings, selection);
        List<string> lines = [];
        ReadOn(reader, lines);
        return [.. lines];
    }
}
