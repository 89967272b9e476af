using Inro.KernelTests.Harness;
using Xunit;

namespace Inro.Conformance.Containers;

/// <summary><c>--restart</c>, from the first end to the last.</summary>
public sealed class RestartPolicyTests
{
    private const string Fails = "echo run; exit 3";

    [KernelFact(Instance.Usual)]
    public void A_container_that_fails_is_started_as_often_as_its_policy_says()
    {
        using Instance inro = Instance.WithBusybox();
        inro.Ok("run", "-d", "--name", "web", "--restart", "on-failure:2", "busybox", "sh", "-c", Fails);

        string waited = inro.Ok("wait", "web");

        Assert.Equal("3\n", waited);
        Assert.Equal("run\nrun\nrun\n", inro.Ok("logs", "web"));
        Assert.Equal("2 exited 3\n", inro.Ok("inspect", "-f", "{{.RestartCount}} {{.State.Status}} {{.State.ExitCode}}", "web"));
        foreach (string action in (string[])["start", "die"]) // each end is written down once, by whoever is first
        {
            Assert.Equal(3, inro.Ok("events", "--since", "1m", "--until", "0s", "--filter", "event=" + action).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        }

        inro.Ok("start", "web");
        Assert.Equal("3\n", inro.Ok("wait", "web"));
        Assert.Equal("2\n", inro.Ok("inspect", "-f", "{{.RestartCount}}", "web")); // counted anew
        inro.Ok("rm", "web");
    }

    [KernelFact(Instance.Usual)]
    public void Who_is_attached_sees_every_run_and_gets_the_last_status()
    {
        using Instance inro = Instance.WithBusybox();

        ToolResult run = inro.Run("run", "--name", "web", "--restart", "on-failure:2", "busybox", "sh", "-c", Fails);

        Assert.Equal((3, "run\nrun\nrun\n"), (run.ExitCode, run.Output));
        inro.Ok("rm", "web");
    }

    [KernelFact(Instance.Usual)]
    public void Success_ends_what_restarts_on_failure()
    {
        using Instance inro = Instance.WithBusybox();

        ToolResult run = inro.Run("run", "--name", "web", "--restart", "on-failure", "busybox", "sh", "-c", "echo x >>/n; [ $(wc -l </n) -ge 2 ]");

        Assert.Equal((0, "1\n"), (run.ExitCode, inro.Ok("inspect", "-f", "{{.RestartCount}}", "web")));
        inro.Ok("rm", "web");
    }

    [KernelTheory(Instance.Usual)]
    [InlineData("stop")]
    [InlineData("kill")]
    public void A_person_ends_it_for_good_also_while_it_waits(string verb)
    {
        using Instance inro = Instance.WithBusybox();
        inro.Ok("run", "-d", "--name", "one", "--restart", "always", "busybox", "sleep", "1000");
        inro.Ok("run", "-d", "--name", "two", "--restart", "unless-stopped", "busybox", "sh", "-c", Fails);
        Instance.WaitFor(() => State(inro, "two") == "restarting", "it does not wait");
        ToolResult removed = inro.Run("rm", "two");
        ToolResult exec = inro.Run("exec", "two", "true");

        inro.Ok(verb, "one", "two");
        Thread.Sleep(500); // longer than either would have waited

        Assert.Equal(("exited", "exited"), (State(inro, "one"), State(inro, "two")));
        Assert.Equal((1, true), (removed.ExitCode, removed.Error.Contains("container is", StringComparison.Ordinal)));
        Assert.NotEqual(0, exec.ExitCode);
        inro.Ok("rm", "one", "two");
    }

    [KernelFact(Instance.Usual)]
    public void What_waits_can_be_removed_by_force_and_restarted_at_once()
    {
        using Instance inro = Instance.WithBusybox();
        inro.Ok("run", "-d", "--name", "one", "--restart", "always", "busybox", "sh", "-c", Fails);
        inro.Ok("run", "-d", "--name", "two", "--restart", "always", "busybox", "sh", "-c", "[ -e /n ] && exec sleep 1000; touch /n");
        Instance.WaitFor(() => State(inro, "one") == "restarting", "it does not wait");

        inro.Ok("rm", "-f", "one");
        Instance.WaitFor(() => State(inro, "two") == "running", "it was not started again");
        inro.Ok("kill", "two");
        inro.Ok("restart", "two");

        Assert.Equal("running", State(inro, "two"));
        inro.Ok("rm", "-f", "two");
        Assert.Empty(inro.AllContainers());
    }

    [KernelFact(Instance.Usual)]
    public void Another_command_sends_somebody_where_the_one_who_waited_was_killed()
    {
        using Instance inro = Instance.WithBusybox();
        inro.Ok("run", "-d", "--name", "web", "--restart", "always", "busybox", "sh", "-c", "sleep 0.05; exit 1");
        int waiter = 0;
        Instance.WaitFor(() => (waiter = WaiterOf(inro)) != 0, "nobody waits");

        using (var found = System.Diagnostics.Process.GetProcessById(waiter)) { found.Kill(); }

        string runs = Count(inro);
        Instance.WaitFor(() => Count(inro) != runs, "it is not started again");
        inro.Ok("rm", "-f", "web");
    }

    [KernelFact(Instance.Usual)]
    public void A_policy_can_be_changed_and_contradicts_rm()
    {
        using Instance inro = Instance.WithBusybox();
        inro.Ok("run", "-d", "--name", "web", "--restart", "always", "busybox", "sh", "-c", "sleep 0.3");

        inro.Ok("update", "--restart", "no", "web");
        inro.Ok("wait", "web");
        ToolResult both = inro.Run("run", "--rm", "--restart", "always", "busybox", "true");

        Assert.Equal("exited", State(inro, "web"));
        Assert.Equal((125, true), (both.ExitCode, both.Error.Contains("conflicting options: cannot specify both --restart and --rm", StringComparison.Ordinal)));
        inro.Ok("rm", "web");
    }

    private static string State(Instance inro, string name) => inro.Ok("inspect", "-f", "{{.State.Status}}", name).Trim();

    private static string Count(Instance inro) => inro.Ok("inspect", "-f", "{{.RestartCount}}", "web");

    private static int WaiterOf(Instance inro)
    {
        string id = inro.Ok("ps", "-aq", "--no-trunc").Trim();
        foreach (string directory in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(directory), out int pid)) { continue; }

            try
            {
                string[] words = File.ReadAllText(directory + "/cmdline").Split('\0');
                if (words.Contains("restart") && words.Contains(id)) { return pid; }
            }
            catch (IOException) { continue; }
        }

        return 0;
    }
}
