using Inro.KernelTests.Harness;
using Xunit;

namespace Inro.Conformance.Containers;

/// <summary><c>inro pause</c>, <c>unpause</c>, <c>restart</c> and <c>rename</c>.</summary>
public sealed class PauseVerbTests
{
    private const string Counting = "i=0; while :; do i=$((i+1)); echo $i; sleep 0.02; done";

    [KernelFact(Instance.Usual)]
    public void A_paused_container_does_nothing_until_it_goes_on()
    {
        using Instance inro = Instance.WithBusybox();
        inro.Ok("run", "-d", "--name", "web", "busybox", "sh", "-c", Counting);

        string paused = inro.Ok("pause", "web");
        string first = inro.Ok("logs", "-n", "1", "web");
        string status = inro.Ok("ps", "--format", "{{.Status}}");
        string state = inro.Ok("inspect", "-f", "{{.State.Status}} {{.State.Paused}} {{.State.Running}}", "web");
        ToolResult again = inro.Run("pause", "web");
        ToolResult exec = inro.Run("exec", "web", "true");
        ToolResult attached = inro.Run("attach", "web");
        Thread.Sleep(200);
        string second = inro.Ok("logs", "-n", "1", "web");
        string listed = inro.Ok("ps", "-q", "--filter", "status=paused");
        inro.Ok("unpause", "web");

        Assert.Equal("web\n", paused);
        Assert.Equal(first, second);
        Assert.EndsWith("(Paused)\n", status, StringComparison.Ordinal);
        Assert.Equal("paused true true\n", state);
        Assert.Equal((1, true), (again.ExitCode, again.Error.Contains("already paused", StringComparison.Ordinal)));
        Assert.Equal((1, true), (exec.ExitCode, exec.Error.Contains("unpause the container before exec", StringComparison.Ordinal)));
        Assert.Contains("cannot attach to a paused container, unpause the container first", attached.Error, StringComparison.Ordinal);
        Assert.NotEmpty(listed);
        Instance.WaitFor(() => inro.Ok("logs", "-n", "1", "web") != second, "it does not go on");
        Assert.Equal("running\n", inro.Ok("inspect", "-f", "{{.State.Status}}", "web"));
        inro.Ok("rm", "-f", "web");
    }

    [KernelTheory(Instance.Usual)]
    [InlineData("stop -t 1 web", "exited")]
    [InlineData("kill web", "exited")]
    [InlineData("restart -t 1 web", "running")]
    [InlineData("rm -f web", null)]
    public void What_is_paused_can_be_ended(string line, string? state)
    {
        using Instance inro = Instance.WithBusybox();
        inro.Ok("run", "-d", "--name", "web", "busybox", "sh", "-c", Counting);
        inro.Ok("pause", "web");

        inro.Ok(line.Split(' '));

        if (state is null) { Assert.Empty(inro.AllContainers()); }
        else
        {
            Assert.Equal(state + "\n", inro.Ok("inspect", "-f", "{{.State.Status}}", "web"));
            inro.Ok("rm", "-f", "web");
        }
    }

    [KernelTheory(Instance.Usual)]
    [InlineData("")]
    [InlineData("--rm")]
    public void A_restarted_container_runs_again_with_its_files_and_goes_only_afterwards(string flag)
    {
        using Instance inro = Instance.WithBusybox();
        inro.Ok([.. ((string[])["run", "-d", flag, "--name", "web", "busybox", "sh", "-c", "echo x >>/count; exec sleep 1000"]).Where(static w => w.Length > 0)]);
        Instance.WaitFor(() => inro.Run("exec", "web", "cat", "/count").Output == "x\n", "it does not count");
        string pid = inro.Ok("inspect", "-f", "{{.State.Pid}}", "web");

        string restarted = inro.Ok("restart", "-t", "0", "web");
        string after = inro.Ok("inspect", "-f", "{{.State.Pid}}", "web");

        Assert.Equal("web\n", restarted);
        Assert.NotEqual(pid, after);
        Instance.WaitFor(() => inro.Run("exec", "web", "cat", "/count").Output.StartsWith('x'), "it does not count again");
        inro.Ok("stop", "-t", "0", "web");
        Assert.Equal(flag.Length > 0 ? 0 : 1, inro.AllContainers().Length);
        if (flag.Length == 0) { inro.Ok("rm", "web"); }
    }

    [KernelFact(Instance.Usual)]
    public void A_running_container_gets_another_name()
    {
        using Instance inro = Instance.WithBusybox();
        inro.Ok("run", "-d", "--name", "old", "busybox", "sleep", "1000");

        inro.Ok("rename", "old", "new");
        ToolResult same = inro.Run("rename", "new", "new");
        ToolResult none = inro.Run("rename", "old", "other");

        Assert.Equal("new\n", inro.Ok("ps", "--format", "{{.Names}}"));
        Assert.Equal((1, true), (same.ExitCode, same.Error.Contains("same name as its current name", StringComparison.Ordinal)));
        Assert.Equal((1, true), (none.ExitCode, none.Error.Contains("No such container: old", StringComparison.Ordinal)));
        inro.Ok("rm", "-f", "new");
    }
}
