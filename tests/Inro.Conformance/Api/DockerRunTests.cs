using Inro.Conformance.Containers;
using Inro.KernelTests.Harness;
using Xunit;

namespace Inro.Conformance.Api;

/// <summary>docker's own client runs containers through <c>inro serve</c>.</summary>
public sealed class DockerRunTests
{
    private const Needs Usual = Instance.Usual | Needs.Docker;

    [KernelFact(Usual)]
    public void A_run_shows_both_streams_and_gives_the_commands_status()
    {
        using Instance instance = Instance.WithBusybox();
        using ApiServerProcess server = ApiServerProcess.Start(instance);

        ToolResult run = server.Run("run", "--rm", "busybox", "sh", "-c", "echo out; echo err >&2; exit 7");

        Assert.Equal((7, "out\n", "err\n"), (run.ExitCode, run.Output, run.Error));
        Assert.Empty(instance.AllContainers());
    }

    [KernelFact(Usual)]
    public void No_byte_of_a_container_that_ends_at_once_is_lost()
    {
        using Instance instance = Instance.WithBusybox();
        using ApiServerProcess server = ApiServerProcess.Start(instance);

        // more than a pipe holds, and nothing at all to wait for
        ToolResult much = server.Run("run", "--rm", "busybox", "sh", "-c", "seq 50000");
        string[] short_ = [.. Enumerable.Range(0, 10).Select(_ => server.Ok("run", "--rm", "busybox", "echo", "x"))];

        Assert.Equal(string.Concat(Enumerable.Range(1, 50000).Select(static n => n + "\n")), much.Output);
        Assert.All(short_, static output => Assert.Equal("x\n", output));
    }

    [KernelFact(Usual)]
    public void Input_reaches_the_command_and_its_end_too()
    {
        using Instance instance = Instance.WithBusybox();
        using ApiServerProcess server = ApiServerProcess.Start(instance);

        ToolResult counted = server.Feed("one\ntwo\n", "run", "-i", "--rm", "busybox", "sh", "-c", "wc -l; echo after");

        Assert.Equal("2\nafter\n", counted.Ok().Output); // what is written after the end of the input arrives
    }

    [KernelTheory(Usual)]
    [InlineData("nosuch", 127, "executable file not found in $PATH")]
    [InlineData("/etc", 126, "is a directory")]
    public void A_command_that_cannot_be_run_has_dockers_status(string command, int status, string problem)
    {
        using Instance instance = Instance.WithBusybox();
        using ApiServerProcess server = ApiServerProcess.Start(instance);

        ToolResult run = server.Run("run", "--rm", "busybox", command);

        Assert.Equal(status, run.ExitCode);
        Assert.Contains(problem, run.Error, StringComparison.Ordinal);
        Assert.Empty(instance.AllContainers());
    }

    [KernelFact(Usual)]
    public void A_terminal_has_its_size_follows_the_window_and_gives_the_status()
    {
        using Instance instance = Instance.WithBusybox();
        using ApiServerProcess server = ApiServerProcess.Start(instance);
        using PtySession person = server.AtTerminal("run", "--rm", "-it", "busybox", "sh");

        person.Expect("# ");
        person.Type("stty size; tty\r");
        person.Expect("24 80\r\n/dev/pts/0");
        person.Resize(31, 97);
        person.Type("sleep 0.2; stty size\r");
        person.Expect("31 97");
        person.Type("exit 9\r");

        Assert.Equal(9, person.WaitForExit());
    }

    [KernelFact(Usual)]
    public void A_detached_container_is_listed_waited_for_logged_and_removed()
    {
        using Instance instance = Instance.WithBusybox();
        using ApiServerProcess server = ApiServerProcess.Start(instance);

        string id = server.Ok("run", "-d", "--name", "one", "busybox", "sh", "-c", "echo ready; read word; exit 4").Trim();
        Assert.Equal(64, id.Length);
        Assert.Equal("4\n", server.Ok("wait", "one")); // its input is empty
        Assert.StartsWith("one Exited (4)", server.Ok("ps", "-a", "--format", "{{.Names}} {{.Status}}"), StringComparison.Ordinal);
        Assert.Equal("ready\n", server.Ok("logs", "one"));
        Assert.Equal("json-file", server.Ok("inspect", "-f", "{{.HostConfig.LogConfig.Type}}", "one").Trim());
        Assert.Equal("one\n", server.Ok("rm", "one"));

        Assert.Equal("", server.Ok("ps", "-aq"));
    }

    [KernelFact(Usual)]
    public void A_container_is_made_now_and_started_attached_later()
    {
        using Instance instance = Instance.WithBusybox();
        using ApiServerProcess server = ApiServerProcess.Start(instance);

        server.Ok("create", "-i", "--name", "later", "-e", "A=b", "-w", "/tmp", "--label", "k=v", "busybox", "sh", "-c", "echo $A $PWD; cat");
        ToolResult started = server.Feed("typed\n", "start", "-a", "-i", "later");

        Assert.Equal("b /tmp\ntyped\n", started.Ok().Output);
        Assert.Equal("v\n", server.Ok("inspect", "-f", "{{.Config.Labels.k}}", "later"));
    }

    [KernelFact(Usual)]
    public void Limits_mounts_and_identity_reach_the_container()
    {
        using Instance instance = Instance.WithBusybox();
        using ApiServerProcess server = ApiServerProcess.Start(instance);
        Directory.CreateDirectory(instance.Beside("shared"));

        string seen = server.Ok(
            "run", "--rm", "-u", "1000:1000", "--read-only", "--tmpfs", "/t", "-v", instance.Beside("shared") + ":/shared:ro", "-v", "/anonymous", "--cap-drop", "ALL", "--ulimit", "nofile=99:100",
            "busybox", "sh", "-c", "id -u; ulimit -n; touch /x 2>/dev/null || echo kept; touch /shared/x 2>/dev/null || echo kept; touch /t/x && echo made; ls -d /anonymous; grep CapEff /proc/self/status");

        Assert.Equal("1000\n99\nkept\nkept\nmade\n/anonymous\nCapEff:\t0000000000000000\n", seen);
    }

    [KernelFact(Usual)]
    public void An_image_that_is_not_here_is_said_to_be_missing()
    {
        using Instance instance = Instance.WithBusybox();
        using ApiServerProcess server = ApiServerProcess.Start(instance);

        ToolResult run = server.Run("run", "--rm", "nosuchimage");

        Assert.Equal(125, run.ExitCode);
        Assert.Contains("Unable to find image 'nosuchimage:latest' locally", run.Error, StringComparison.Ordinal);
    }
}
