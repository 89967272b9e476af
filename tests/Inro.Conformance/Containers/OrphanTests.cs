using Inro.KernelTests.Harness;
using Xunit;

namespace Inro.Conformance.Containers;

/// <summary>Processes whose parent is gone: whoever inherits them waits for them, and no zombie stays.</summary>
public sealed class OrphanTests
{
    // Each leaves a grandchild behind that ends a little later: ( … & ) forks twice.
    private const string LeaveOrphans = "for i in 1 2 3 4 5 6 7 8; do ( sleep 0.1 & ); done";

    [KernelFact(Instance.Usual)]
    public void Orphans_of_execs_whose_pid_namespace_is_the_containers_go_to_its_first_process()
    {
        using Instance inro = Instance.WithBusybox();
        inro.Ok("run", "-d", "--name", "box", "busybox", "sh", "-c", "while :; do sleep 0.05; done"); // a shell waits for every child
        inro.Ok("exec", "box", "sh", "-c", LeaveOrphans);

        Instance.WaitFor(() => Zombies(inro, "box") == 0, "zombies stay in the container");
        Assert.Equal("", inro.Ok("exec", "box", "sh", "-c", "pgrep -x orphan || true"));
    }

    [KernelFact(Instance.Usual)]
    public void Orphans_in_the_hosts_pid_namespace_are_waited_for_by_the_shim()
    {
        using Instance inro = Instance.WithBusybox();
        string id = inro.Ok("run", "-d", "--pid", "host", "--name", "box", "busybox", "sleep", "60").Trim();
        int shim = inro.ShimOf(id);

        for (int i = 0; i < 3; i++) { inro.Ok("exec", "box", "sh", "-c", LeaveOrphans); }

        // First they are there, as the shim's own children, and then they are gone without a rest.
        Instance.WaitFor(() => ChildrenOf(shim).Count == 1, "children of the shim stay");
        string only = Assert.Single(ChildrenOf(shim));
        Assert.Contains("sleep", File.ReadAllText($"/proc/{only}/cmdline"), StringComparison.Ordinal);
        Assert.Equal(0, inro.Run("exec", "box", "true").ExitCode); // the status of a process that is watched was not taken
        Assert.Equal(9, inro.Run("exec", "box", "sh", "-c", LeaveOrphans + "; exit 9").ExitCode);
    }

    [KernelFact(Instance.Usual)]
    public void The_exit_status_is_the_programs_although_orphans_end_beside_it()
    {
        using Instance inro = Instance.WithBusybox();
        for (int i = 0; i < 5; i++)
        {
            ToolResult result = inro.Run("run", "--rm", "--pid", "host", "busybox", "sh", "-c", "for i in 1 2 3 4 5 6 7 8; do ( true & ); done; exit 7");
            Assert.Equal(7, result.ExitCode);
        }
    }

    private static int Zombies(Instance inro, string name) =>
        inro.Ok("exec", name, "sh", "-c", "cat /proc/[0-9]*/stat 2>/dev/null || true").Split('\n').Count(line => line.Contains(") Z ", StringComparison.Ordinal));

    private static List<string> ChildrenOf(int pid) =>
    [
        .. Directory.EnumerateDirectories($"/proc/{pid}/task")
            .SelectMany(task => File.ReadAllText(task + "/children").Split(' ', StringSplitOptions.RemoveEmptyEntries)),
    ];
}
