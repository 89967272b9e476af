using Inro.KernelTests.Harness;
using Xunit;

namespace Inro.Conformance.Containers;

/// <summary><c>--init</c>, and a stop that does not wait for a process that cannot hear it.</summary>
public sealed class InitTests
{
    [KernelFact(Instance.Usual)]
    public void An_init_is_first_hands_signals_on_and_takes_orphans()
    {
        using Instance inro = Instance.WithBusybox();
        inro.Ok("run", "-d", "--name", "web", "--init", "busybox", "sh", "-c", "trap 'exit 5' TERM; (sleep 0.01 &) ; echo up; while :; do sleep 0.05; done");
        Instance.WaitFor(() => inro.Ok("logs", "web") == "up\n", "it is not up");

        string first = inro.Ok("exec", "web", "sh", "-c", "tr '\\0' ' ' </proc/1/cmdline");
        Thread.Sleep(100);
        string zombies = inro.Ok("exec", "web", "sh", "-c", "grep -l '^State:.Z' /proc/[0-9]*/status | wc -l");
        ToolResult stopped = inro.Run("stop", "web");

        Assert.StartsWith("/sbin/docker-init -- sh -c", first, StringComparison.Ordinal);
        Assert.Equal("0\n", zombies);
        Assert.Equal((0, ""), (stopped.ExitCode, stopped.Error));
        Assert.Equal("5\n", inro.Ok("inspect", "-f", "{{.State.ExitCode}}", "web"));
        inro.Ok("rm", "web");
    }

    [KernelTheory(Instance.Usual)]
    [InlineData("exit 7", 7)]
    [InlineData("kill -USR1 $$", 138)]
    public void The_command_s_status_is_the_container_s(string command, int status)
    {
        using Instance inro = Instance.WithBusybox();

        Assert.Equal(status, inro.Run("run", "--rm", "--init", "busybox", "sh", "-c", command).ExitCode);
    }

    [KernelTheory(Instance.Usual)]
    [InlineData("nothing-of-that-name", 127)]
    [InlineData("/etc", 126)]
    public void A_command_that_cannot_be_run_has_docker_s_status(string command, int status)
    {
        using Instance inro = Instance.WithBusybox();

        ToolResult run = inro.Run("run", "--rm", "--init", "busybox", command);

        Assert.Equal((status, true), (run.ExitCode, run.Error.Contains("cannot execute " + command, StringComparison.Ordinal)));
    }

    [KernelFact(Instance.Usual)]
    public void A_process_without_a_handler_is_killed_at_once_and_that_is_said()
    {
        using Instance inro = Instance.WithBusybox();
        inro.Ok("run", "-d", "--name", "deaf", "busybox", "sleep", "1000");
        inro.Ok("run", "-d", "--name", "hears", "busybox", "sh", "-c", "trap 'exit 4' TERM; echo up; while :; do sleep 0.05; done");
        Instance.WaitFor(() => inro.Ok("logs", "hears") == "up\n", "it is not up");
        long begun = Environment.TickCount64;

        ToolResult deaf = inro.Run("stop", "-t", "600", "deaf");
        ToolResult hears = inro.Run("stop", "-t", "600", "hears");

        Assert.InRange(Environment.TickCount64 - begun, 0, 300_000); // far from ten minutes
        Assert.Contains("does not handle signal 15", deaf.Error, StringComparison.Ordinal);
        Assert.Empty(hears.Error);
        Assert.Equal("137\n4\n", inro.Ok("inspect", "-f", "{{.State.ExitCode}}", "deaf", "hears"));
        inro.Ok("rm", "deaf", "hears");
    }
}
