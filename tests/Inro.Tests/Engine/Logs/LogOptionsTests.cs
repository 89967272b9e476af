using Inro.Engine.Logs;
using Xunit;

namespace Inro.Tests.Engine.Logs;

public sealed class LogOptionsTests
{
    [Theory]
    [InlineData(LogDriver.JsonFile, "x=y", "unknown log opt 'x' for json-file log driver")]
    [InlineData(LogDriver.Journald, "max-size=1m", "unknown log opt 'max-size' for journald log driver")]
    [InlineData(LogDriver.JsonFile, "max-size=0", "max-size must be a positive number")]
    [InlineData(LogDriver.JsonFile, "max-size=ten", "invalid size: 'ten'")]
    [InlineData(LogDriver.JsonFile, "max-file=0", "max-file cannot be less than 1")]
    [InlineData(LogDriver.JsonFile, "max-file=two", "max-file: parsing \"two\": invalid syntax")]
    [InlineData(LogDriver.JsonFile, "compress=maybe", "compress: parsing \"maybe\": invalid syntax")]
    [InlineData(LogDriver.JsonFile, "compress=true max-file=1", "compress cannot be true when max-file is less than 2 or max-size is not set")]
    [InlineData(LogDriver.JsonFile, "compress=true max-size=-1", "compress cannot be true when max-file is less than 2 or max-size is not set")]
    [InlineData(LogDriver.Local, "compress=true max-file=1", "compression cannot be enabled when max file count is 1")]
    [InlineData(LogDriver.Local, "mode=sometimes", "logger: logging mode not supported: sometimes")]
    [InlineData(LogDriver.Local, "max-buffer-size=1m", "logger: max-buffer-size option is only supported with 'mode=non-blocking'")]
    [InlineData(LogDriver.Local, "mode=non-blocking max-buffer-size=lots", "error parsing option max-buffer-size: invalid size: 'lots'")]
    public void What_docker_refuses_is_refused_in_its_words(LogDriver driver, string options, string problem) =>
        Assert.Equal(problem, Assert.Throws<FormatException>(() => Apply(driver, options)).Message);

    [Theory]
    [InlineData("labels-regex=(")]
    [InlineData("env-regex=[")]
    [InlineData("tag={{.Name")]
    [InlineData("tag={{.Nothing}}")]
    public void Patterns_and_templates_that_cannot_be_read_are_refused(string option) => Assert.ThrowsAny<FormatException>(() => Apply(LogDriver.JsonFile, option));

    [Fact]
    public void Sizes_are_read_as_docker_reads_them()
    {
        Assert.Equal(10_000_000, Apply(LogDriver.JsonFile, "max-size=10m").MaxFileBytes);
        Assert.Equal(10 << 20, Apply(LogDriver.Local, "max-size=10m").MaxFileBytes);
        Assert.Equal(long.MaxValue, Apply(LogDriver.JsonFile, "max-size=-1").MaxFileBytes);
        Assert.Equal(2 << 20, Apply(LogDriver.JsonFile, "mode=non-blocking max-buffer-size=2m").MaxBufferBytes);
    }

    [Fact]
    public void Defaults_are_five_files_of_ten_megabytes_compressed_only_where_the_driver_is_local()
    {
        LogSettings local = Apply(LogDriver.Local, "");

        Assert.Equal((10_000_000L, 5, true, 0), (local.MaxFileBytes, local.MaxFiles, local.IsCompressed, local.MaxBufferBytes));
        Assert.False(Apply(LogDriver.JsonFile, "").IsCompressed);
        Assert.False(Apply(LogDriver.Local, "max-file=1").IsCompressed);
        Assert.True(Apply(LogDriver.JsonFile, "compress=true").IsCompressed);
        Assert.Equal(1 << 20, Apply(LogDriver.Local, "mode=non-blocking").MaxBufferBytes);
    }

    [Theory]
    [InlineData("{{.ID}}", "0123456789ab")]
    [InlineData("{{.FullID}}", "0123456789abcdef")]
    [InlineData("{{.Name}}/{{.ImageName}}", "web/alpine:3")]
    [InlineData("{{.ImageID}}", "sha256:fedcb")]
    [InlineData("{{.ImageFullID}}", "sha256:fedcba98")]
    [InlineData("{{.DaemonName}}-{{.Command}}", "inro-sleep 1")]
    [InlineData("{{upper .Name}}", "WEB")]
    public void A_tag_is_made_by_dockers_template(string template, string tag) => Assert.Equal(tag, LogAttributes.Of(Options("tag=" + template, ';'), Subject)["tag"]);

    [Theory]
    [InlineData("labels=team,none", "team=a b")]
    [InlineData("labels-regex=^te", "team=a b")]
    [InlineData("env=STAGE", "STAGE=test")]
    [InlineData("env-regex=^(STAGE|X) labels=team", "STAGE=test,X=1,team=a b")]
    public void Labels_and_variables_are_chosen_by_name_or_pattern(string options, string chosen) =>
        Assert.Equal(chosen, string.Join(',', LogAttributes.Of(Options(options), Subject).Select(static pair => $"{pair.Key}={pair.Value}")));

    [Fact]
    public void The_journal_gets_dockers_fields()
    {
        SortedDictionary<string, string> fields = LogAttributes.OfJournal(Options("labels=com.example.team,team env=STAGE"), Subject with { Id = new string('a', 64) });

        Assert.Equal("CONTAINER_ID=aaaaaaaaaaaa CONTAINER_NAME=web CONTAINER_TAG=aaaaaaaaaaaa IMAGE_NAME=alpine:3 STAGE=test SYSLOG_IDENTIFIER=aaaaaaaaaaaa TEAM=a b",
            string.Join(' ', fields.Where(static pair => pair.Key != "CONTAINER_ID_FULL").Select(static pair => $"{pair.Key}={pair.Value}")));
        Assert.Equal("COM_EXAMPLE_TEAM", JournalEntry.NameOf("_com.example-team"));
    }

    [Fact]
    public void No_label_of_an_image_takes_the_place_of_a_field()
    {
        LogSubject hostile = Subject with { Id = new string('a', 64), Labels = new Dictionary<string, string> { ["container_id_full"] = "x", ["message"] = "x", ["priority"] = "x", ["container.partial.message"] = "x", ["other"] = "kept" } };

        SortedDictionary<string, string> fields = LogAttributes.OfJournal(Options("labels-regex=.*"), hostile);

        Assert.Equal((hostile.Id, "kept"), (fields["CONTAINER_ID_FULL"], fields["OTHER"]));
        Assert.Equal(["CONTAINER_ID", "CONTAINER_ID_FULL", "CONTAINER_NAME", "CONTAINER_TAG", "IMAGE_NAME", "OTHER", "SYSLOG_IDENTIFIER"], fields.Keys);
    }

    private static LogSubject Subject => new()
    {
        Id = "0123456789abcdef",
        Name = "web",
        ImageName = "alpine:3",
        ImageId = "sha256:fedcba98",
        Command = ["sleep", "1"],
        Labels = new Dictionary<string, string> { ["team"] = "a b", ["other"] = "x" },
        Environment = ["STAGE=first", "STAGE=test", "X=1"],
    };

    private static LogSettings Apply(LogDriver driver, string options) => LogOptions.Apply(new LogSettings { Driver = driver, Path = "/log" }, Options(options));

    private static Dictionary<string, string> Options(string options, char between = ' ') =>
        options.Split(between, StringSplitOptions.RemoveEmptyEntries).Select(static o => o.Split('=', 2)).ToDictionary(static o => o[0], static o => o[1]);
}
