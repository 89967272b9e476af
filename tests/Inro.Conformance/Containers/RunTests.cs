using Inro.KernelTests.Harness;
using Xunit;

namespace Inro.Conformance.Containers;

/// <summary><c>inro run</c> and the verbs around it, as a user types them.</summary>
public sealed class RunTests
{
    [KernelTheory(Instance.Usual)]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(255)]
    public void The_programs_exit_code_is_runs_own(int code)
    {
        using Instance inro = Instance.WithBusybox();

        Assert.Equal(code, inro.Run("run", "--rm", "busybox", "sh", "-c", $"exit {code}").ExitCode);
    }

    [KernelTheory(Instance.Usual)]
    [InlineData("nosuch", 127, "exec \"nosuch\": executable file not found in $PATH")]
    [InlineData("/no/such", 127, "exec /no/such: no such file or directory")]
    [InlineData("/etc", 126, "exec /etc: is a directory")]
    [InlineData("/etc/passwd", 126, "exec /etc/passwd: permission denied")]
    public void What_cannot_be_started_ends_with_the_shells_codes_and_says_why(string program, int code, string text)
    {
        using Instance inro = Instance.WithBusybox();

        ToolResult result = inro.Run("run", "--rm", "busybox", program);

        Assert.Equal(code, result.ExitCode);
        Assert.Contains(text, result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Output);
        Assert.Empty(inro.AllContainers());
    }

    [KernelFact(Instance.Usual)]
    public void Standard_input_goes_in_with_i_and_only_then()
    {
        using Instance inro = Instance.WithBusybox();

        Assert.Equal("x\n", inro.Feed("x\n", "run", "--rm", "-i", "busybox", "cat").Ok().Output);
        Assert.Equal("", inro.Feed("x\n", "run", "--rm", "busybox", "cat").Ok().Output);
    }

    [KernelFact(Instance.Usual)]
    public void Output_and_errors_come_out_apart()
    {
        using Instance inro = Instance.WithBusybox();

        ToolResult result = inro.Run("run", "--rm", "busybox", "sh", "-c", "echo out; echo err >&2").Ok();

        Assert.Equal("out\n", result.Output);
        Assert.Equal("err\n", result.Error);
    }

    [KernelFact(Instance.Usual)]
    public void A_detached_container_is_listed_read_entered_stopped_and_removed()
    {
        using Instance inro = Instance.WithBusybox();

        string id = inro.Ok("run", "-d", "--name", "first", "busybox", "sh", "-c", "trap 'exit 3' TERM; echo ready; while :; do sleep 0.05; done").TrimEnd('\n');

        Assert.Matches("^[0-9a-f]{64}$", id);
        string listed = inro.Ok("ps");
        Assert.Contains(id[..12], listed, StringComparison.Ordinal);
        Assert.Contains("first", listed, StringComparison.Ordinal);
        Instance.WaitFor(() => inro.Ok("logs", "first") == "ready\n", "the log does not say ready");
        Assert.Equal("inside 1\n", inro.Ok("exec", "first", "sh", "-c", "echo inside $(cat /proc/1/comm | grep -c sh)"));
        Assert.Equal(9, inro.Run("exec", "first", "sh", "-c", "exit 9").ExitCode);
        Assert.NotEqual(0, inro.Run("rm", "first").ExitCode); // it runs

        Assert.Equal("first\n", inro.Ok("stop", "-t", "10", "first"));
        Assert.DoesNotContain(id[..12], inro.Ok("ps"), StringComparison.Ordinal);
        Assert.Contains("Exited (3)", inro.Ok("ps", "-a"), StringComparison.Ordinal);
        Assert.Equal("ready\n", inro.Ok("logs", "first"));
        Assert.Equal("first\n", inro.Ok("rm", "first"));
        Assert.Empty(inro.AllContainers());
    }

    [KernelTheory(Instance.Usual)]
    [InlineData("nosuch true", 1, "No such container: nosuch")]
    [InlineData("ended true", 1, " is not running")]
    [InlineData("box nosuch", 127, "executable file not found in $PATH")]
    [InlineData("box /etc/passwd", 126, "permission denied")]
    public void An_exec_that_cannot_start_ends_with_dockers_codes_and_says_why(string line, int code, string text)
    {
        using Instance inro = Instance.WithBusybox();
        inro.Ok("run", "-d", "--name", "box", "busybox", "sleep", "60");
        inro.Ok("run", "--name", "ended", "busybox", "true");

        ToolResult result = inro.Run(["exec", .. line.Split(' ')]);

        Assert.Equal(code, result.ExitCode);
        Assert.Contains(text, result.Error, StringComparison.Ordinal);
    }

    [KernelFact(Instance.Usual)]
    public void A_container_stays_after_its_end_unless_rm_is_given()
    {
        using Instance inro = Instance.WithBusybox();

        inro.Ok("run", "--rm", "busybox", "true");
        Assert.Empty(inro.AllContainers());
        inro.Ok("run", "busybox", "true");
        Assert.Single(inro.AllContainers());
    }

    [KernelFact(Instance.Usual)]
    public void A_container_is_filtered_without_being_asked_and_not_when_unconfined()
    {
        using Instance inro = Instance.WithBusybox();

        Assert.Equal("Seccomp:\t2\n", inro.Ok("run", "--rm", "busybox", "grep", "^Seccomp:", "/proc/self/status"));
        Assert.Equal("Seccomp:\t0\n", inro.Ok("run", "--rm", "--security-opt", "seccomp=unconfined", "busybox", "grep", "^Seccomp:", "/proc/self/status"));
    }

    [KernelFact(Instance.Usual)]
    public void The_memory_limit_stands_in_the_containers_cgroup()
    {
        Assert.SkipUnless(Machine.WhyNot(Needs.CgroupV1) is null || Machine.WhyNot(Needs.CgroupV2Controllers) is null, "needs a memory controller");
        using Instance inro = Instance.WithBusybox();

        string limit = inro.Run("run", "--rm", "--memory", "64m", "busybox", "sh", "-c",
            "cat /sys/fs/cgroup/memory/memory.limit_in_bytes 2>/dev/null || cat /sys/fs/cgroup/memory.max").Ok().Output;

        Assert.Equal("67108864\n", limit);
    }

    [KernelFact(Instance.Usual)]
    public void A_read_only_root_refuses_writing_and_another_does_not()
    {
        using Instance inro = Instance.WithBusybox();

        ToolResult refused = inro.Run("run", "--rm", "--read-only", "busybox", "touch", "/x");

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("Read-only file system", refused.Error, StringComparison.Ordinal);
        inro.Ok("run", "--rm", "busybox", "touch", "/x");
    }

    [KernelFact(Instance.Usual)]
    public void The_user_is_the_one_that_was_named_and_has_no_capabilities()
    {
        using Instance inro = Instance.WithBusybox();

        string said = inro.Ok("run", "--rm", "-u", "1000:1000", "busybox", "sh", "-c", "id -u; id -g; grep CapEff /proc/self/status");

        Assert.Equal("1000\n1000\nCapEff:\t0000000000000000\n", said);
    }

    [KernelFact(Instance.Usual | Needs.UserNamespaces | Needs.IdmappedOverlay)]
    public void Root_of_an_automatic_user_namespace_is_nobody_outside()
    {
        using Instance inro = Instance.WithBusybox();

        string[] map = inro.Ok("run", "--rm", "--userns", "auto", "busybox", "cat", "/proc/self/uid_map").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        string owner = inro.Ok("run", "--rm", "--userns", "auto", "busybox", "stat", "-c", "%u", "/bin/busybox");

        Assert.Equal(3, map.Length);
        Assert.Equal("0", map[0]);
        Assert.NotEqual("0", map[1]);
        Assert.Equal("65536", map[2]);
        Assert.Equal("0\n", owner);
    }
}
