using Inro.KernelTests.Harness;
using Xunit;

namespace Inro.Conformance.Containers;

/// <summary><c>inro init</c>: all of a container is there, and its program begins with <c>start</c>.</summary>
public sealed class InitVerbTests
{
    private const string State = "{{.State.Status}} {{.State.Running}}";

    [KernelFact(Instance.Usual)]
    public void Namespaces_files_and_cgroup_are_there_and_the_program_has_not_begun()
    {
        using Instance inro = Instance.WithBusybox();
        inro.Ok("create", "--name", "web", "-v", "data:/data", "--hostname", "held", "busybox", "sh", "-c", "echo begun >/data/word; echo said; exec sleep 1000");

        string said = inro.Ok("init", "web");
        string again = inro.Ok("container", "init", "web");
        string pid = inro.Ok("inspect", "-f", "{{.State.Pid}}", "web").Trim();
        ToolResult hostname = Tool.Run("nsenter", ["-t", pid, "-u", "hostname"], TimeSpan.FromSeconds(10));
        string mounts = File.ReadAllText($"/proc/{pid}/mountinfo");
        inro.Ok("run", "--rm", "--network", "container:web", "busybox", "true");
        string word = inro.Ok("run", "--rm", "-v", "data:/data", "busybox", "ls", "/data");
        string state = inro.Ok("inspect", "-f", State, "web");
        string listed = inro.Ok("ps", "-a", "--format", "{{.State}} {{.Status}}");
        string running = inro.Ok("ps", "-q");
        inro.Ok("cp", "/etc/hostname", "web:/tmp/name");
        ToolResult exec = inro.Run("exec", "web", "true");
        inro.Ok("start", "web");

        Assert.Equal(("web\n", "web\n"), (said, again));
        Assert.Equal("held\n", hostname.Output);
        Assert.Contains(" /data ", mounts, StringComparison.Ordinal);
        Assert.Empty(word);
        Assert.Equal("initialized false\n", state);
        Assert.Equal("initialized Initialized\n", listed);
        Assert.Empty(running);
        Assert.Equal((1, true), (exec.ExitCode, exec.Error.Contains("is not running", StringComparison.Ordinal)));
        Instance.WaitFor(() => inro.Ok("logs", "web") == "said\n", "its output is not logged");
        Assert.Equal("begun\n", inro.Ok("exec", "web", "cat", "/data/word"));
        Assert.Equal(pid, inro.Ok("inspect", "-f", "{{.State.Pid}}", "web").Trim());
        Assert.Equal(File.ReadAllText("/etc/hostname"), inro.Ok("exec", "web", "cat", "/tmp/name"));
        inro.Ok("rm", "-f", "web");
        inro.Ok("volume", "rm", "data");
        Assert.Empty(inro.Leavings(layers: 1));
    }

    [KernelTheory(Instance.Usual)]
    [InlineData("-a")]
    [InlineData("-ai")]
    [InlineData("-a --tty")]
    public void A_start_that_attaches_has_every_byte_and_the_status(string how)
    {
        using Instance inro = Instance.WithBusybox();
        bool isTerminal = how.EndsWith("tty", StringComparison.Ordinal);
        inro.Ok(["create", .. isTerminal ? (string[])["-t"] : ["-i"], "--name", "web", "busybox", "sh", "-c", "echo said; exit 3"]);
        inro.Ok("init", "web");

        ToolResult started = inro.Run("start", how.Split(' ')[0], "web");

        Assert.Equal((3, "said"), (started.ExitCode, started.Output.Trim()));
        Assert.Equal("exited false\n", inro.Ok("inspect", "-f", State, "web"));
        inro.Ok("rm", "web");
    }

    [KernelTheory(Instance.Usual)]
    [InlineData("stop -t 1 web", "exited")]
    [InlineData("kill web", "exited")]
    [InlineData("restart -t 1 web", "running")]
    [InlineData("rm web", null)]
    public void What_is_held_can_be_ended(string line, string? state)
    {
        using Instance inro = Instance.WithBusybox();
        inro.Ok("create", "--restart", "always", "--name", "web", "busybox", "sleep", "1000");
        inro.Ok("init", "web");

        inro.Ok(line.Split(' '));

        if (state is not null)
        {
            Assert.StartsWith(state, inro.Ok("inspect", "-f", State, "web"), StringComparison.Ordinal);
            inro.Ok("rm", "-f", "web");
        }

        Assert.Empty(inro.AllContainers());
        Instance.WaitFor(() => !inro.Leavings(layers: 1).Any(), "something is left");
    }

    [KernelFact(Instance.Usual)]
    public void A_killed_shim_is_replaced_and_the_program_begins_with_the_start()
    {
        using Instance inro = Instance.WithBusybox();
        inro.Ok("create", "--name", "web", "busybox", "sh", "-c", "echo said; exec sleep 1000");
        inro.Ok("init", "web");
        inro.KillShim(inro.OnlyContainer());

        string held = inro.Ok("inspect", "-f", State, "web");
        inro.Ok("start", "web");

        Assert.Equal("initialized false\n", held);
        Instance.WaitFor(() => inro.Ok("logs", "web") == "said\n", "its output is not logged");
        inro.Ok("rm", "-f", "web");
        Assert.Empty(inro.Leavings(layers: 1));
    }

    [KernelFact(Instance.Usual)]
    public void A_command_that_is_not_there_is_found_out_at_once()
    {
        using Instance inro = Instance.WithBusybox();
        inro.Ok("create", "--name", "web", "busybox", "nothing");

        ToolResult refused = inro.Run("init", "web", "absent");

        Assert.Equal(125, refused.ExitCode);
        Assert.Contains("nothing", refused.Error, StringComparison.Ordinal);
        Assert.Contains("No such container: absent", refused.Error, StringComparison.Ordinal);
        Assert.StartsWith("created", inro.Ok("inspect", "-f", State, "web"), StringComparison.Ordinal);
        inro.Ok("rm", "web");
        Assert.Empty(inro.Leavings(layers: 1));
    }

    [KernelFact(Instance.Usual)]
    public void All_that_do_not_run_are_initialized_with_one_flag()
    {
        using Instance inro = Instance.WithBusybox();
        inro.Ok("create", "--name", "one", "busybox", "sleep", "1000");
        inro.Ok("create", "--name", "two", "busybox", "sleep", "1000");
        inro.Ok("run", "-d", "--name", "three", "busybox", "sleep", "1000");

        inro.Ok("init", "--all");

        Assert.Equal("initialized\ninitialized\nrunning\n", string.Join('\n', inro.Ok("ps", "-a", "--format", "{{.State}}").Split('\n', StringSplitOptions.RemoveEmptyEntries).Order()) + "\n");
        inro.Ok("start", "--all");
        Assert.Equal(3, inro.Ok("ps", "-q").Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        inro.Ok("rm", "-f", "--all");
    }
}
