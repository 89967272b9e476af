using Inro.Conformance.Containers;
using Inro.KernelTests.Harness;
using Xunit;

namespace Inro.Conformance.Api;

/// <summary>The server is killed at any moment, and nothing but its connections is gone.</summary>
public sealed class KilledServerTests
{
    private const Needs Usual = Instance.Usual | Needs.Docker;

    [KernelFact(Usual)]
    public void Containers_and_logs_go_on_and_another_server_serves_them()
    {
        using Instance instance = Instance.WithBusybox();
        using ApiServerProcess server = ApiServerProcess.Start(instance);
        server.Ok("run", "-d", "--name", "one", "busybox", "sh", "-c", "i=0; while true; do i=$((i+1)); echo line $i; sleep 0.05; done");
        using StartedInro follower = server.Begin("logs", "-f", "one");
        Instance.WaitFor(() => follower.Output.Contains("line 3\n", StringComparison.Ordinal), "no log is shown");
        string pid = server.Ok("inspect", "-f", "{{.State.Pid}}", "one");

        server.KillAndServeAgain();

        follower.WaitForExit(); // its connection is gone
        Assert.Equal(pid, server.Ok("inspect", "-f", "{{.State.Pid}}", "one"));
        int last = follower.Output.Split('\n').Length - 2;
        Instance.WaitFor(() => server.Ok("logs", "one").Contains($"line {last + 5}\n", StringComparison.Ordinal), "nothing more is logged");
        string[] lines = server.Ok("logs", "one").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal([.. Enumerable.Range(1, lines.Length).Select(static n => $"line {n}")], lines); // none is missing
    }

    [KernelFact(Usual)]
    public void An_exec_that_was_made_before_is_started_after_and_its_status_is_known()
    {
        using Instance instance = Instance.WithBusybox();
        using ApiServerProcess server = ApiServerProcess.Start(instance);
        server.Ok("run", "-d", "--name", "one", "busybox", "sleep", "1000");
        string made = RawClient.Ask(server.Socket, "POST /containers/one/exec", "{\"Cmd\":[\"sh\",\"-c\",\"sleep 0.3; exit 11\"]}").Body;
        string exec = made.Split('"')[3];

        server.KillAndServeAgain();
        Assert.Contains("200", RawClient.Ask(server.Socket, $"POST /exec/{exec}/start", "{\"Detach\":true}").Status, StringComparison.Ordinal);
        server.KillAndServeAgain();

        Instance.WaitFor(() => RawClient.Ask(server.Socket, $"GET /exec/{exec}/json").Body.Contains("\"Running\":false,\"ExitCode\":11", StringComparison.Ordinal), "its end is not known");
    }

    [KernelFact(Usual)]
    public void An_exec_outlives_dockers_client_and_the_server()
    {
        using Instance instance = Instance.WithBusybox();
        using ApiServerProcess server = ApiServerProcess.Start(instance);
        server.Ok("run", "-d", "--name", "one", "busybox", "sleep", "1000");
        using StartedInro first = server.Begin("exec", "one", "sh", "-c", "echo begun; while [ ! -e /go ]; do echo more; sleep 0.02; done; echo end && touch /first");
        using StartedInro second = server.Begin("exec", "one", "sh", "-c", "echo begun; while [ ! -e /go ]; do echo more; sleep 0.02; done; echo end && touch /second");
        Instance.WaitFor(() => first.Output.Contains("more", StringComparison.Ordinal) && second.Output.Contains("more", StringComparison.Ordinal), "they do not begin");

        first.Kill();
        server.KillAndServeAgain();
        server.Ok("exec", "one", "touch", "/go");

        Instance.WaitFor(() => server.Run("exec", "one", "ls", "/first", "/second").ExitCode == 0, "they did not come to their end");
    }

    [KernelFact(Usual)]
    public void One_that_waited_for_a_start_with_it_does_not_keep_the_start_back()
    {
        using Instance instance = Instance.WithBusybox();
        using ApiServerProcess server = ApiServerProcess.Start(instance);
        string id = server.Ok("create", "busybox", "echo", "hello").Trim();
        using RawClient attached = server.Connect();
        attached.Send($"POST /containers/{id}/attach?stream=1&stdout=1", headers: ["Upgrade: tcp", "Connection: Upgrade"]).ReadHead();

        server.Kill();

        Assert.Equal("hello\n", instance.Ok("start", "-a", id));
    }

    [KernelFact(Instance.Usual)]
    public void An_archive_that_a_stopping_server_cuts_short_does_not_look_whole()
    {
        using Instance instance = Instance.WithBusybox();
        using ApiServerProcess server = ApiServerProcess.Start(instance);
        instance.Ok("run", "--name", "one", "busybox", "truncate", "-s", "64M", "/large"); // more than is on its way before anybody reads
        using RawClient client = server.Connect();
        client.Send("GET /containers/one/export").ReadHead();

        server.AskToStop();
        Instance.WaitFor(() => !server.IsListening, "it listens on");

        Assert.False(client.ReadToEnd().AsSpan().EndsWith("\r\n0\r\n\r\n"u8), "the answer has an end");
    }

    [KernelFact(Usual)]
    public void Ended_shims_are_no_burden_for_a_server_that_lives_on()
    {
        using Instance instance = Instance.WithBusybox();
        using ApiServerProcess server = ApiServerProcess.Start(instance);

        for (int i = 0; i < 3; i++) { server.Ok("run", "--rm", "busybox", "true"); }

        Instance.WaitFor(() => !File.ReadAllText($"/proc/{server.Pid}/task/{server.Pid}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries).Any(IsZombie), "zombies are left");
    }

    private static bool IsZombie(string pid)
    {
        try { return File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ", StringComparison.Ordinal); }
        catch (IOException) { return false; }
    }
}
