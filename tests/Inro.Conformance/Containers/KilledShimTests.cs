using System.Globalization;
using Inro.KernelTests.Harness;
using Xunit;

namespace Inro.Conformance.Containers;

/// <summary>A shim that gets SIGKILL takes nothing with it: the container runs on, and the next command starts another shim for it.</summary>
public sealed class KilledShimTests
{
    private const string Counting = "trap 'exit 3' TERM; i=0; while :; do i=$((i+1)); echo line $i; sleep 0.02; done";

    [KernelFact(Instance.Usual)]
    public void Its_container_runs_on_and_the_next_shim_serves_everything_as_before()
    {
        using Instance inro = Instance.WithBusybox();
        string id = Detached(inro, "box", Counting);
        int killed = inro.KillShim(id);
        Thread.Sleep(200); // lines that no shim reads wait in the pipe

        Assert.Contains("Up ", inro.Ok("ps"), StringComparison.Ordinal);

        Assert.NotEqual(killed, inro.ShimOf(id));
        Assert.Equal("5\n", inro.Ok("exec", "box", "sh", "-c", "echo $((2+3))"));
        Assert.Equal("box\n", inro.Ok("stop", "box"));
        Assert.InRange(InOrder(inro.Ok("logs", "box")), 10, int.MaxValue);
        Assert.Equal("box\n", inro.Ok("rm", "box"));
        Assert.Empty(inro.Leavings(layers: 1));
    }

    [KernelFact(Instance.Usual)]
    public void Whoever_follows_the_log_goes_on_over_the_shims_death()
    {
        using Instance inro = Instance.WithBusybox();
        string id = Detached(inro, "box", Counting);
        using StartedInro follower = inro.Start("logs", "-f", "box");
        Instance.WaitFor(() => follower.Output.Contains("line 5\n", StringComparison.Ordinal), "the log is not followed");

        inro.KillShim(id);
        int before = InOrder(follower.Output);
        Instance.WaitFor(() => InOrder(follower.Output) > before + 20, "the follower did not go on");
        inro.Ok("stop", "box");

        Assert.Equal(0, follower.WaitForExit());
        Assert.Equal(inro.Ok("logs", "box"), follower.Output);
    }

    [KernelFact(Instance.Usual)]
    public void A_command_that_was_attached_says_what_happened_and_the_exec_runs_on()
    {
        using Instance inro = Instance.WithBusybox();
        string id = Detached(inro, "box", Counting);
        using StartedInro exec = inro.Start("exec", "box", "sh", "-c", "echo begun; sleep 0.3; touch /done; sleep 30");
        Instance.WaitFor(() => exec.Output == "begun\n", "the exec does not begin");

        inro.KillShim(id);

        Assert.Equal(125, exec.WaitForExit());
        Assert.Contains($"the shim of container {id[..12]} is gone", exec.Error, StringComparison.Ordinal);
        Assert.Contains("try: ", exec.Error, StringComparison.Ordinal);
        Instance.WaitFor(() => inro.Run("exec", "box", "test", "-e", "/done").ExitCode == 0, "the process of the exec ended with the shim");
        Assert.Equal("box\n", inro.Ok("rm", "-f", "box")); // the exec's process ends with it: the leak check sees
        Assert.Empty(inro.AllContainers());
    }

    [KernelFact(Instance.Usual)]
    public void An_end_that_nobody_saw_is_unknown()
    {
        using Instance inro = Instance.WithBusybox();
        string id = Detached(inro, "box", "sleep 300");
        string pid = inro.Ok("inspect", "--format", "{{.State.Pid}}", "box").Trim();
        inro.KillShim(id);
        Tool.Run("kill", ["-KILL", pid], TimeSpan.FromSeconds(5)).Ok();
        Instance.WaitFor(() => Instance.HasEnded(pid), "the container did not end");

        Assert.Contains("Exited (unknown)", inro.Ok("ps", "-a"), StringComparison.Ordinal);
        Assert.Equal("exited exit status unknown: the container ended while nothing watched it\n", inro.Ok("inspect", "--format", "{{.State.Status}} {{.State.Error}}", "box"));
        ToolResult wait = inro.Run("wait", "box");
        Assert.Equal(1, wait.ExitCode);
        Assert.Contains("not known", wait.Error, StringComparison.Ordinal);
        Assert.Empty(wait.Output);
        inro.Ok("rm", "box");
        Assert.Empty(inro.Leavings(layers: 1));
    }

    [KernelFact(Instance.Usual)]
    public void An_end_under_the_second_shim_is_known_or_unknown_but_never_another()
    {
        using Instance inro = Instance.WithBusybox();
        string id = Detached(inro, "box", "while ! [ -e /go ]; do sleep 0.02; done; exit 4");
        inro.KillShim(id);

        inro.Ok("exec", "box", "touch", "/go");

        Instance.WaitFor(() => inro.Ok("ps", "-q") == "", "the end was not noticed");
        Assert.Matches(@"Exited \((4|unknown)\)", inro.Ok("ps", "-a")); // the status is the parent's to read: older kernels tell nobody else
    }

    [KernelFact(Instance.Usual)]
    public void With_rm_the_container_goes_away_although_the_shim_that_was_told_so_is_dead()
    {
        using Instance inro = Instance.WithBusybox();
        string id = inro.Ok("run", "-d", "--rm", "busybox", "sleep", "60").Trim();
        inro.KillShim(id);

        inro.Ok("stop", "-t", "0", id);

        Assert.Empty(inro.AllContainers());
        Instance.WaitFor(() => !inro.Leavings(layers: 1).Any(), "something is left"); // its shim may be writing down the end, too
    }

    [KernelFact(Instance.Usual)]
    public void A_terminal_hangs_up_with_its_shim()
    {
        using Instance inro = Instance.WithBusybox();
        using PtySession terminal = PtySession.StartInro("--root", inro.Root, "run", "-it", "--name", "box", "busybox", "sh", "-c",
            "trap 'exit 7' HUP; echo ready; while :; do sleep 0.05; done");
        terminal.Expect("ready");
        string pid = inro.Ok("inspect", "--format", "{{.State.Pid}}", "box").Trim();

        inro.KillShim(inro.OnlyContainer());

        Assert.Equal(125, terminal.WaitForExit());
        Instance.WaitFor(() => Instance.HasEnded(pid), "the program got no SIGHUP");
        Assert.Matches(@"Exited \((7|unknown)\)", inro.Ok("ps", "-a"));
    }

    [KernelFact(Instance.Usual)]
    public void A_shim_that_stands_still_keeps_no_list_and_no_look_waiting_and_its_container_can_be_removed()
    {
        using Instance inro = Instance.WithBusybox();
        string id = Detached(inro, "still", "echo said; exec sleep 1000");
        Instance.WaitFor(() => inro.Ok("logs", "still") == "said\n", "its output is not logged");
        string shim = inro.ShimOf(id).ToString(CultureInfo.InvariantCulture);
        Tool.Run("kill", ["-STOP", shim], TimeSpan.FromSeconds(5)).Ok();

        foreach (string[] look in (string[][])[["ps"], ["ps", "-a"], ["inspect", "still"], ["stats", "--no-stream", "still"], ["top", "still"], ["logs", "still"], ["info"], ["system", "df"]])
        {
            using StartedInro started = inro.Start(look);
            Assert.True(started.WaitForExit(TimeSpan.FromSeconds(30)) == 0, $"{string.Join(' ', look)}: {started.Error}"); // a shim's longest answer may take minutes
        }

        inro.Ok("rm", "-f", "still");

        Instance.WaitFor(() => Instance.HasEnded(shim), "the shim is still there");
        Assert.Empty(inro.AllContainers());
        Assert.Empty(inro.Leavings(layers: 1));
    }

    private static string Detached(Instance inro, string name, string script) =>
        inro.Ok("run", "-d", "--name", name, "busybox", "sh", "-c", script).Trim();

    /// <summary>
    /// The number of the last whole line. Lines come in order and once; there is one gap at most, where the shim was killed with lines
    /// in hand that it had read and not yet written.
    /// </summary>
    private static int InOrder(string log)
    {
        int[] numbers = [.. log[..(log.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => int.Parse(line.AsSpan(5), CultureInfo.InvariantCulture))];
        int gaps = 0;
        for (int i = 0, last = 0; i < numbers.Length; last = numbers[i++])
        {
            Assert.True(numbers[i] > last, $"{numbers[i]} after {last}");
            gaps += numbers[i] == last + 1 ? 0 : 1;
        }

        Assert.InRange(gaps, 0, 1);
        return numbers.Length == 0 ? 0 : numbers[^1];
    }
}
