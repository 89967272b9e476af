using Inro.KernelTests.Harness;
using Xunit;

namespace Inro.Conformance.Containers;

/// <summary>Limits as the host sees them, on whatever cgroups the machine has, and that they bite.</summary>
public sealed class LimitTests
{
    [KernelFact(Instance.Usual)]
    public void Limits_stand_in_the_cgroup_and_go_with_the_container()
    {
        RequireControllers();
        using Instance inro = Instance.WithBusybox();
        inro.Ok("run", "-d", "--name", "limited", "-m", "64m", "--pids-limit", "20", "--cpus", "0.5", "busybox", "sleep", "600");
        string pid = inro.Ok("inspect", "--format", "{{.State.Pid}}", "limited").Trim();

        Assert.Equal("67108864", CgroupFiles.Read(pid, "memory", "memory.limit_in_bytes", "memory.max"));
        Assert.Equal("20", CgroupFiles.Read(pid, "pids", "pids.max", "pids.max"));
        Assert.Equal("50000", CgroupFiles.Read(pid, "cpu", "cpu.cfs_quota_us", "cpu.max").Split(' ')[0]);
        Assert.Equal("100000", CgroupFiles.Read(pid, "cpu", "cpu.cfs_period_us", "cpu.max").Split(' ')[^1]);
        string exec = inro.Ok("exec", "limited", "sh", "-c", "cat /proc/self/cgroup");
        Assert.Equal(inro.Ok("exec", "limited", "cat", "/proc/1/cgroup"), exec); // an exec is in the container's cgroups

        inro.Ok("stop", "-t", "0", "limited");
        inro.Ok("rm", "limited");
    }

    [KernelFact(Instance.Usual)]
    public void Too_many_processes_are_refused_and_too_much_memory_kills()
    {
        RequireControllers();
        using Instance inro = Instance.WithBusybox();

        ToolResult forks = inro.Run("run", "--rm", "--pids-limit", "10", "busybox", "sh", "-c", "for i in 1 2 3 4 5 6 7 8 9 10 11 12; do sleep 5 & done; wait");
        Assert.Contains("fork", forks.Error, StringComparison.Ordinal);

        inro.Run("run", "--name", "big", "-m", "16m", "--memory-swap", "16m", "busybox", "sh", "-c", "x=$(head -c 67108864 /dev/zero | tr '\\0' a); echo ${#x}");
        Assert.Equal("137 true\n", inro.Ok("inspect", "--format", "{{.State.ExitCode}} {{.State.OOMKilled}}", "big"));
    }

    [KernelFact(Instance.Usual)]
    public void A_device_that_was_not_given_cannot_be_opened_whatever_node_is_made()
    {
        RequireControllers();
        using Instance inro = Instance.WithBusybox();
        // The numbers of /dev/null, of kernel messages, of memory, and of the first loop device; docker lets every node be made and few be opened.
        const string Script = """
            try() { mknod /tmp/n "$1" "$2" "$3" 2>/tmp/e && head -c0 /tmp/n 2>/tmp/e && echo opened || sed 's/.*: //' /tmp/e; rm -f /tmp/n; }
            try c 1 3; try c 1 11; try c 1 1; try b 7 0; try c 10 237
            """;

        string[] said = inro.Ok("run", "--rm", "busybox", "sh", "-c", Script).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal("opened", said[0]);
        Assert.All(said[1..], line => Assert.Equal("Operation not permitted", line));
    }

    private static void RequireControllers() =>
        Assert.SkipUnless(Machine.WhyNot(Needs.CgroupV1) is null || Machine.WhyNot(Needs.CgroupV2Controllers) is null, "needs cgroup controllers");
}
