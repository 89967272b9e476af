using System.Text.Json;
using Inro.Cli.Verbs.Oci;
using Inro.Runtime.State;
using Xunit;

namespace Inro.Tests.Cli.Oci;

/// <summary>What verbs print.</summary>
public sealed class OciTextTests
{
    private static readonly UserNames Users = UserNames.Of(["root:x:0:0:root:/root:/bin/sh", "second:x:0:0::/:", "broken", "joe:x:1000:1000::/:"]);

    private static readonly ContainerState Running = new()
    {
        Id = "a-name-that-is-long", OciVersion = "1.2.0", Status = ContainerStatus.Running, Bundle = "/b", Pid = 42, Rootfs = "/b/rootfs",
        Created = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), Owner = 1000,
    };

    [Fact]
    public void Columns_are_as_wide_as_their_longest_cell_and_three() => Assert.Equal(
        "ID                    PID         STATUS      BUNDLE      CREATED                OWNER\n"
        + "a-name-that-is-long   42          running     /b          2026-01-02T03:04:05Z   joe\n"
        + "b                     0           stopped     /b          0001-01-01T00:00:00Z   #7\n",
        ListVerb.Table([Running, Running with { Id = "b", Status = ContainerStatus.Stopped, Created = default, Owner = 7 }], Users));

    [Fact]
    public void No_containers_are_a_heading_or_null()
    {
        Assert.Equal("ID          PID         STATUS      BUNDLE      CREATED     OWNER\n", ListVerb.Table([], Users));
        Assert.Equal("null", StateListing.Json([], Users));
    }

    [Fact]
    public void The_list_as_JSON_has_the_names_that_others_read()
    {
        var annotations = new Dictionary<string, string>(StringComparer.Ordinal) { ["k"] = "v" };

        string json = StateListing.Json([Running, Running with { Status = ContainerStatus.Stopped, Owner = 0, Annotations = annotations }], Users);

        Assert.Equal(
            """[{"ociVersion":"1.2.0","id":"a-name-that-is-long","pid":42,"status":"running","bundle":"/b","rootfs":"/b/rootfs","created":"2026-01-02T03:04:05Z","owner":"joe"},"""
            + """{"ociVersion":"1.2.0","id":"a-name-that-is-long","pid":0,"status":"stopped","bundle":"/b","rootfs":"/b/rootfs","created":"2026-01-02T03:04:05Z","annotations":{"k":"v"},"owner":"root"}]""",
            json);
    }

    [Fact]
    public void Processes_are_an_array_or_null()
    {
        Assert.Equal("[1,23]", PsVerb.Json([1, 23]));
        Assert.Equal("null", PsVerb.Json([]));
    }

    [Fact]
    public void Only_lines_of_the_processes_that_are_wanted_stay() => Assert.Equal(
        "UID   PID  PPID CMD\nroot   12    1 sleep 7\n",
        PsVerb.Rows("UID   PID  PPID CMD\nroot   12    1 sleep 7\nroot    7   12 cat\n\n", [12, 99]));

    [Fact]
    public void A_table_without_process_numbers_is_refused() =>
        Assert.Equal("couldn't find PID field in ps output", Assert.Throws<OciUsageException>(() => PsVerb.Rows("CMD\nx\n", [1])).Message);

    [Fact]
    public void A_line_of_the_log_has_three_keys()
    {
        using JsonDocument line = JsonDocument.Parse(OciLog.Line("error", "a \"b\"\n", "2026-01-02T03:04:05Z", json: true));

        Assert.Equal(["level", "msg", "time"], line.RootElement.EnumerateObject().Select(static p => p.Name));
        Assert.Equal("a \"b\"\n", line.RootElement.GetProperty("msg").GetString());
        Assert.Equal("time=\"2026-01-02T03:04:05Z\" level=debug msg=\"a \\\"b\\\"\"", OciLog.Line("debug", "a \"b\"", "2026-01-02T03:04:05Z", json: false));
    }

    [Theory]
    [InlineData("77", "2", 77, 2)]
    [InlineData("76", "2", 77, 0)]
    [InlineData(null, "2", 77, 0)]
    [InlineData("77", "-1", 77, 0)]
    [InlineData("77", "99999", 77, 0)]
    [InlineData("77", "", 77, 0)]
    public void Sockets_of_another_process_are_not_ours(string? owner, string count, int self, int expected) => Assert.Equal(expected, SocketActivation.Count(owner, count, self));

    [Fact]
    public void The_container_is_told_that_the_sockets_are_its_own()
    {
        Assert.Equal(["LISTEN_FDS=2", "LISTEN_PID=1"], SocketActivation.Variables(2));
        Assert.Empty(SocketActivation.Variables(0));
    }

    [Theory]
    [InlineData("READY=1", "READY=1")]
    [InlineData("STATUS=x\nREADY=1\nMAINPID=1", "READY=1")]
    [InlineData("STATUS=READY=1", null)]
    public void Only_readiness_is_passed_on(string message, string? expected) => Assert.Equal(expected, NotifyProxy.ReadyLine(message));
}
