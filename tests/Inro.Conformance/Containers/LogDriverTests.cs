using System.Globalization;
using System.IO.Compression;
using Inro.KernelTests.Harness;
using Xunit;

namespace Inro.Conformance.Containers;

/// <summary>Drivers of logs and their options: rotation, compression, what is refused, the journal.</summary>
public sealed class LogDriverTests
{
    [KernelTheory(Instance.Usual)]
    [InlineData("local")]
    [InlineData("json-file")]
    public void A_fast_writer_loses_no_line_of_what_is_kept_and_takes_no_more_disk(string driver)
    {
        using Instance inro = Instance.WithBusybox();
        inro.Ok("run", "-d", "--name", "web", "--log-driver", driver, "--log-opt", "max-size=500k", "--log-opt", "max-file=3", "--log-opt", "compress=true", "busybox", "seq", "1", "500000");
        inro.Ok("wait", "web");

        string[] lines = Lines(inro.Ok("logs", "web"));
        long bytes = Files(inro).Sum(static file => file.Length);

        Assert.InRange(bytes, 500_000, (3 * 512_000) + 200_000);
        Assert.InRange(lines.Length, 10_000, 499_999);
        Assert.Equal(Numbers(500_001 - lines.Length, lines.Length), lines);
        Assert.Equal(lines[^7..], Lines(inro.Ok("logs", "-n", "7", "web")));
        inro.Ok("rm", "web");
    }

    [KernelTheory(Instance.Usual)]
    [InlineData("local", ".zst")]
    [InlineData("json-file", ".gz")]
    public void Who_follows_sees_every_line_once_while_files_are_rotated_and_compressed(string driver, string ending)
    {
        using Instance inro = Instance.WithBusybox();
        inro.Ok("run", "-d", "--name", "web", "--log-driver", driver, "--log-opt", "max-size=50k", "--log-opt", "max-file=20", "--log-opt", "compress=true", "busybox", "sh", "-c", // room for all: who is late misses nothing
            "for i in 0 1 2 3 4 5 6 7; do seq $((i*1000+1)) $((i*1000+1000)); sleep 0.1; done; sleep 3; for i in 8 9; do seq $((i*1000+1)) $((i*1000+1000)); sleep 0.1; done");
        using StartedInro follower = inro.Start("logs", "-f", "web");
        Instance.WaitFor(() => Files(inro).Any(file => file.Extension == ending), "nothing was compressed");
        string[] kept = Lines(inro.Ok("logs", "web"));

        Assert.Equal(0, follower.WaitForExit());
        Assert.Equal(Numbers(1, 10_000), Lines(follower.Output));
        Assert.Equal(Numbers(int.Parse(kept[0], CultureInfo.InvariantCulture), kept.Length), kept);
        inro.Ok("rm", "web");
    }

    [KernelFact(Instance.Usual)]
    public void A_compressed_json_file_has_dockers_name_and_lines()
    {
        using Instance inro = Instance.WithBusybox();
        inro.Ok("run", "-d", "--name", "web", "-l", "team=a", "--log-driver", "json-file", "--log-opt", "max-size=20k", "--log-opt", "compress=true", "--log-opt", "labels=team",
            "--log-opt", "tag={{.Name}}", "busybox", "sh", "-c", "seq 1 1000; sleep 100");
        FileInfo? packed = null;
        Instance.WaitFor(() => (packed = Files(inro).FirstOrDefault(static file => file.Name == "log.1.gz")) is not null, "nothing was compressed");

        using GZipStream plain = new(packed!.OpenRead(), CompressionMode.Decompress); // found above
        using StreamReader text = new(plain);
        Assert.Matches("""^{"log":"[0-9]+\\n","stream":"stdout","attrs":{"tag":"web","team":"a"},"time":"[0-9T:.-]+Z"}$""", text.ReadLine());
        Assert.StartsWith("tag=web,team=a ", inro.Ok("logs", "--details", "-n", "1", "web"), StringComparison.Ordinal);
        inro.Ok("rm", "-f", "web");
    }

    [KernelTheory(Instance.Usual)]
    [InlineData("unknown log opt 'x' for json-file log driver", "json-file", "x=y")]
    [InlineData("unknown log opt 'x' for local log driver", "local", "x=y")]
    [InlineData("compress cannot be true when max-file is less than 2 or max-size is not set", "json-file", "compress=true", "max-file=1")]
    [InlineData("max-file cannot be less than 1", "json-file", "max-file=0")]
    [InlineData("invalid logging opts for driver none", "none", "max-size=1m")]
    [InlineData("logger: no log driver named 'syslog' is registered", "syslog")]
    public void What_docker_refuses_is_refused_and_leaves_nothing(string problem, string driver, params string[] options)
    {
        using Instance inro = Instance.WithBusybox();
        ToolResult result = inro.Run(["create", "--log-driver", driver, .. options.SelectMany(static o => new[] { "--log-opt", o }), "busybox", "true"]);

        Assert.NotEqual(0, result.ExitCode);
        Assert.StartsWith($"inro: {problem}\n", result.Error, StringComparison.Ordinal);
        Assert.Empty(inro.AllContainers());
    }

    [KernelFact(Instance.Usual)]
    public void A_log_that_is_not_kept_cannot_be_read()
    {
        using Instance inro = Instance.WithBusybox();
        inro.Ok("run", "--name", "web", "--log-driver", "none", "busybox", "echo", "hi");

        Assert.StartsWith("inro: configured logging driver does not support reading\n", inro.Run("logs", "web").Error, StringComparison.Ordinal);
        inro.Ok("rm", "web");
    }

    [KernelFact(Instance.Usual)]
    public void A_log_that_never_holds_the_container_back_has_what_there_was_room_for()
    {
        using Instance inro = Instance.WithBusybox();
        inro.Ok("run", "--name", "web", "--log-opt", "mode=non-blocking", "--log-opt", "max-buffer-size=4m", "busybox", "seq", "1", "20000");

        Assert.Equal(Numbers(1, 20_000), Lines(inro.Ok("logs", "web")));
        inro.Ok("rm", "web");
    }

    [KernelFact(Instance.Usual)]
    public void Without_a_journal_its_driver_is_refused()
    {
        Assert.SkipWhen(File.Exists(JournalSocket), "needs a host without a journal");
        using Instance inro = Instance.WithBusybox();

        Assert.StartsWith("inro: journald is not enabled on this host", inro.Run("run", "--log-driver", "journald", "busybox", "true").Error, StringComparison.Ordinal);
        Assert.Empty(inro.AllContainers());
    }

    [KernelFact(Instance.Usual)]
    public void The_journal_has_the_lines_and_gives_them_back()
    {
        Assert.SkipUnless(File.Exists(JournalSocket), "needs systemd's journal");
        using Instance inro = Instance.WithBusybox();
        inro.Ok("run", "-d", "--name", "web", "--log-driver", "journald", "--log-opt", "tag={{.Name}}", "busybox", "sh", "-c", "echo one; sleep 1; echo two >&2; sleep 1; echo three");

        Assert.Equal("one\nthree\n", inro.Ok("logs", "-f", "web"));
        ToolResult all = inro.Run("logs", "web");
        Assert.Equal(("one\nthree\n", "two\n"), (all.Output, all.Error));
        Assert.Equal("three\n", inro.Ok("logs", "-n", "1", "web"));
        string[] times = Lines(inro.Ok("logs", "-t", "web"));
        Assert.Equal("three\n", inro.Ok("logs", "--since", times[1].Split(' ')[0], "web"));
        Assert.Equal("one\n", inro.Ok("logs", "--until", times[0].Split(' ')[0], "web"));
        Assert.Equal("3 web web", Field(inro, "two", "PRIORITY", "CONTAINER_NAME", "CONTAINER_TAG"));
        inro.Ok("rm", "web");
    }

    private const string JournalSocket = "/run/systemd/journal/socket";

    private static string Field(Instance inro, string message, params string[] names)
    {
        string[] entry = Tool.Run("journalctl", ["-o", "export", $"CONTAINER_ID_FULL={inro.OnlyContainer()}", $"MESSAGE={message}"], TimeSpan.FromSeconds(20)).Ok().Output.Split('\n');
        return string.Join(' ', names.Select(name => entry.Single(line => line.StartsWith(name + "=", StringComparison.Ordinal))[(name.Length + 1)..]));
    }

    private static FileInfo[] Files(Instance inro) => new DirectoryInfo(Path.Combine(inro.Root, "containers", inro.OnlyContainer())).GetFiles("log*");

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static IEnumerable<string> Numbers(int first, int count) => Enumerable.Range(first, count).Select(static i => i.ToString(CultureInfo.InvariantCulture));
}
