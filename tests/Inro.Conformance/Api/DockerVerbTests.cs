using Inro.Conformance.Containers;
using Inro.KernelTests.Harness;
using Xunit;

namespace Inro.Conformance.Api;

/// <summary>What docker's own client does beside running: logs, files, states, lists, events.</summary>
public sealed class DockerVerbTests
{
    private const Needs Usual = Instance.Usual | Needs.Docker;

    [KernelFact(Usual)]
    public void Logs_are_shown_by_stream_tail_time_and_as_they_come()
    {
        using Instance instance = Instance.WithBusybox();
        using ApiServerProcess server = ApiServerProcess.Start(instance);
        server.Run("run", "--name", "one", "busybox", "sh", "-c", "for i in 1 2 3; do echo out$i; echo err$i >&2; sleep 0.1; done").Ok();

        ToolResult all = server.Run("logs", "one");
        Assert.Equal(("out1\nout2\nout3\n", "err1\nerr2\nerr3\n"), (all.Output, all.Error));
        ToolResult tail = server.Run("logs", "--tail", "2", "one");
        Assert.Equal(("out3\n", "err3\n"), (tail.Output, tail.Error));
        Assert.Matches(@"^20\d\d-\d\d-\d\dT[0-9:.]+Z out1\n", server.Ok("logs", "-t", "one"));
        Assert.Equal("", server.Ok("logs", "--since", "2099-01-01T00:00:00Z", "one"));

        using StartedInro followed = server.Begin("run", "--name", "two", "-d", "-i", "busybox", "sh", "-c", "echo first; read word; echo last");
        Assert.Equal(0, followed.WaitForExit());
        using StartedInro follower = server.Begin("logs", "-f", "two");
        Instance.WaitFor(() => follower.Output == "first\n", "the first line is not shown");
        server.Feed("go\n", "attach", "two");
        Assert.Equal(0, follower.WaitForExit());
        Assert.Equal("first\nlast\n", follower.Output);
    }

    [KernelFact(Usual)]
    public void Files_are_copied_both_ways_running_or_not()
    {
        using Instance instance = Instance.WithBusybox();
        using ApiServerProcess server = ApiServerProcess.Start(instance);
        server.Ok("create", "--name", "one", "busybox", "sleep", "1000");
        Directory.CreateDirectory(instance.Beside("site/deep"));
        File.WriteAllText(instance.Beside("site/deep/file"), "content");
        File.CreateSymbolicLink(instance.Beside("site/link"), "deep/file");

        server.Ok("cp", instance.Beside("site"), "one:/srv");
        server.Ok("start", "one");
        Assert.Equal("content", server.Ok("exec", "one", "cat", "/srv/link"));
        server.Ok("cp", "one:/srv/.", instance.Beside("back"));
        server.Ok("cp", "-L", "one:/srv/link", instance.Beside("followed"));

        Assert.Equal("content", File.ReadAllText(instance.Beside("back/deep/file")));
        Assert.Equal("deep/file", new FileInfo(instance.Beside("back/link")).LinkTarget);
        Assert.Equal("content", File.ReadAllText(instance.Beside("followed")));
        Assert.Contains("/nosuch", server.Run("cp", "one:/nosuch", instance.Beside("x")).Error, StringComparison.Ordinal);
    }

    [KernelFact(Usual)]
    public void A_container_goes_through_every_state()
    {
        using Instance instance = Instance.WithBusybox();
        using ApiServerProcess server = ApiServerProcess.Start(instance);
        server.Ok("run", "-d", "--name", "one", "busybox", "sleep", "1000");
        string State() => server.Ok("inspect", "-f", "{{.State.Status}}", instance.OnlyContainer()).Trim();

        server.Ok("pause", "one");
        Assert.Equal("paused", State());
        server.Ok("unpause", "one");
        Assert.Equal("running", State());
        server.Ok("rename", "one", "two");
        server.Ok("restart", "-t", "0", "two");
        Assert.Equal("running", State());
        Assert.Contains("sleep 1000", server.Ok("top", "two"), StringComparison.Ordinal);
        Assert.Contains("sleep 1000", server.Ok("top", "two", "-o", "pid,args"), StringComparison.Ordinal);
        server.Ok("kill", "two");
        Assert.Equal("exited 137", server.Ok("inspect", "-f", "{{.State.Status}} {{.State.ExitCode}}", "two").Trim());
        server.Ok("start", "two");
        server.Ok("stop", "-t", "0", "two");
        server.Ok("stop", "two"); // it is not running: that is no failure
        Assert.Contains("is not running", server.Run("kill", "two").Error, StringComparison.Ordinal);
        server.Ok("rm", "two");

        Assert.Contains("No such container: two", server.Run("rm", "two").Error, StringComparison.Ordinal);
    }

    [KernelFact(Usual)]
    public void Lists_images_info_and_the_disk_are_told()
    {
        using Instance instance = Instance.WithBusybox();
        using ApiServerProcess server = ApiServerProcess.Start(instance);
        server.Ok("run", "-d", "--name", "one", "--label", "a=b", "busybox", "sleep", "1000");
        server.Ok("create", "--name", "two", "busybox", "true");

        Assert.Equal("one\n", server.Ok("ps", "--format", "{{.Names}}"));
        Assert.Equal("two\n", server.Ok("ps", "-a", "--filter", "status=created", "--format", "{{.Names}}"));
        Assert.Equal("one\n", server.Ok("ps", "--filter", "label=a=b", "--format", "{{.Names}}"));
        Assert.Contains("virtual", server.Ok("ps", "-s"), StringComparison.Ordinal);
        Assert.Equal("busybox:latest\n", server.Ok("images", "--format", "{{.Repository}}:{{.Tag}}"));
        Assert.Equal(instance.Ok("image", "inspect", "-f", "{{.Id}}", "busybox"), server.Ok("image", "inspect", "-f", "{{.Id}}", "busybox"));
        Assert.Equal("2 1\n", server.Ok("info", "-f", "{{.Containers}} {{.ContainersRunning}}"));
        Assert.Contains("Local Volumes", server.Ok("system", "df"), StringComparison.Ordinal);
        Assert.Contains("No such object: nosuch", server.Run("inspect", "nosuch").Error, StringComparison.Ordinal);
    }

    [KernelFact(Usual)]
    public void What_the_client_shows_of_a_container_is_what_this_program_shows()
    {
        using Instance instance = Instance.WithBusybox();
        using ApiServerProcess server = ApiServerProcess.Start(instance);
        server.Ok("run", "-d", "--name", "one", "-m", "64m", "--restart", "on-failure:3", "-e", "A=b", "busybox", "sleep", "1000");
        const string Format = "{{.Id}} {{.Config.Env}} {{.HostConfig.Memory}} {{.HostConfig.RestartPolicy.Name}} {{.HostConfig.RestartPolicy.MaximumRetryCount}} {{.State.Pid}} {{.Created}}";

        Assert.Equal(instance.Ok("inspect", "-f", Format, "one"), server.Ok("inspect", "-f", Format, "one"));
    }

    [KernelFact(Usual)]
    public void Events_are_told_as_they_happen()
    {
        using Instance instance = Instance.WithBusybox();
        using ApiServerProcess server = ApiServerProcess.Start(instance);
        using StartedInro events = server.Begin("events", "--filter", "type=container", "--format", "{{.Action}} {{.Actor.Attributes.name}}");
        using RawClient look = server.Connect();
        Instance.WaitFor(() => RawClient.Ask(server.Socket, "GET /_ping").Status.Contains("200", StringComparison.Ordinal), "the server does not answer");

        Instance.WaitFor(
            () =>
            {
                server.Ok("run", "--rm", "--name", "one", "busybox", "true");
                return events.Output.Contains("destroy one", StringComparison.Ordinal);
            },
            "no events came");

        Assert.Contains("start one\ndie one\n", events.Output, StringComparison.Ordinal);
    }

    [KernelFact(Usual)]
    public void A_wait_for_a_removal_still_has_the_status()
    {
        using Instance instance = Instance.WithBusybox();
        using ApiServerProcess server = ApiServerProcess.Start(instance);
        string id = server.Ok("create", "--rm", "busybox", "sh", "-c", "exit 42").Trim();
        using RawClient waiter = server.Connect();

        string head = waiter.Send($"POST /v1.41/containers/{id}/wait?condition=removed").ReadHead(); // before anything happens
        server.Ok("start", id);

        Assert.StartsWith("HTTP/1.1 200 OK", head, StringComparison.Ordinal);
        Assert.Contains("{\"StatusCode\":42}", waiter.ReadUntil("}"), StringComparison.Ordinal);
        Assert.Empty(instance.AllContainers());
    }
}
