using Inro.KernelTests.Harness;
using Xunit;

namespace Inro.Conformance.Containers;

/// <summary><c>--runtime</c>: runc or crun makes the container, everything else stays as it is.</summary>
public sealed class ForeignRuntimeTests
{
    [KernelFact(Instance.Usual)]
    public void Another_runtime_runs_a_container_from_its_making_to_its_removal() => LiveAWholeLife("runc");

    [KernelFact(Instance.Usual)]
    public void So_does_crun_where_it_works_with_the_hosts_cgroups()
    {
        Assert.SkipUnless(File.Exists("/sys/fs/cgroup/cgroup.controllers") && File.Exists("/usr/bin/crun"), "needs crun, and not v1 and v2 of cgroups together, which crun refuses");
        LiveAWholeLife("crun");
    }

    private static void LiveAWholeLife(string runtime)
    {
        using Instance inro = Instance.WithBusybox();
        inro.Ok("run", "-d", "--name", "web", "--runtime", runtime, "-m", "64m", "busybox", "sh", "-c", "echo up; trap 'exit 4' TERM; while :; do sleep 0.1; done");
        Instance.WaitFor(() => inro.Ok("logs", "web") == "up\n", "it is not up");

        string seen = inro.Ok("exec", "web", "sh", "-c", "cat /proc/1/comm; grep Seccomp: /proc/1/status");
        ToolResult missing = inro.Run("exec", "web", "nothing");
        inro.Ok("pause", "web");
        inro.Ok("unpause", "web");
        inro.Ok("update", "-m", "32m", "--memory-swap", "-1", "web");
        string limit = inro.Ok("stats", "--no-stream", "--format", "{{.MemUsage}}", "web");
        inro.Ok("stop", "web");

        Assert.StartsWith("sh\nSeccomp:\t2", seen, StringComparison.Ordinal);
        Assert.NotEqual(0, missing.ExitCode);
        Assert.EndsWith("/ 32MiB\n", limit, StringComparison.Ordinal);
        Assert.Equal(runtime + " 4\n", inro.Ok("inspect", "-f", "{{.HostConfig.Runtime}} {{.State.ExitCode}}", "web"));
        inro.Ok("start", "web");
        inro.Ok("rm", "-f", "web");
        Assert.Empty(inro.AllContainers());
    }

    [KernelTheory(Instance.Usual)]
    [InlineData("exit 3", 3)]
    [InlineData("exec nothing", 127)]
    public void Status_and_output_are_the_command_s(string command, int status)
    {
        using Instance inro = Instance.WithBusybox();

        ToolResult run = inro.Run("run", "--rm", "--runtime", "runc", "busybox", "sh", "-c", "echo hi; " + command);

        Assert.Equal((status, "hi\n"), (run.ExitCode, run.Output));
    }

    [KernelFact(Instance.Usual)]
    public void What_it_cannot_do_is_said_before_anything_is_made()
    {
        using Instance inro = Instance.WithBusybox();

        ToolResult unknown = inro.Run("create", "--runtime", "no-such-runtime", "busybox");
        ToolResult users = inro.Run("create", "--runtime", "runc", "--userns", "auto", "busybox");
        ToolResult command = inro.Run("run", "--runtime", "runc", "busybox", "no-such-command");

        Assert.Contains("unknown or invalid runtime name: no-such-runtime", unknown.Error, StringComparison.Ordinal);
        Assert.Contains("cannot be combined with --userns auto", users.Error, StringComparison.Ordinal);
        Assert.Equal(127, command.ExitCode);
        Assert.Single(inro.AllContainers());
        inro.Ok("container", "prune", "-f");
        foreach (string id in inro.AllContainers()) { inro.Ok("rm", id); }
    }
}
