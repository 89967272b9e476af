using System.Diagnostics;
using Inro.KernelTests.Harness;
using Inro.KernelTests.Images.Support;
using Xunit;

namespace Inro.Conformance.Containers;

/// <summary>
/// Commands that get SIGKILL at moments spread over their whole time: the next command repairs. Nothing that was reported is lost,
/// nothing half done is shown, and once every container is removed nothing is left.
/// </summary>
public sealed class KilledCommandTests
{
    private const int Kills = 60;

    [KernelTheory(Instance.Usual)]
    [InlineData("run")]
    [InlineData("run --rm")]
    [InlineData("run -d")]
    [InlineData("create")]
    public void A_killed_start_leaves_a_whole_container_or_none(string command)
    {
        using Instance inro = Instance.WithBusybox();
        string cgroup = inro.CgroupName();
        string[] start = [.. command.Split(' '), "busybox", "sh", "-c", "exit 5"];
        TimeSpan whole = Took(() => inro.Run(start));
        RemoveAll(inro);
        int reported = 0;
        for (int i = 0; i < Kills; i++)
        {
            using StartedInro victim = KillAfter(inro, whole * (1.3 * i / Kills), start);

            string[] there = inro.AllContainers();
            Assert.InRange(there.Length, 0, i + 1);
            if (victim.Output is ['0' or (>= '1' and <= '9') or (>= 'a' and <= 'f'), ..] said && said.EndsWith('\n'))
            {
                reported++;
                Assert.Contains(said.Trim(), there);
            }
        }

        Assert.DoesNotContain("unknown", inro.Ok("ps", "-a"), StringComparison.Ordinal); // every shim lived, so every end was seen
        foreach (string status in Ended(inro)) { Assert.StartsWith("Exited (5)", status, StringComparison.Ordinal); }

        if (command is "run -d" or "create") { Assert.True(reported > 0, "every kill came before the end: nothing was tested there"); }

        NothingStays(inro, cgroup);
    }

    [KernelFact(Instance.Usual)]
    public void A_killed_removal_is_finished_or_can_be_repeated()
    {
        using Instance inro = Instance.WithBusybox();
        string cgroup = inro.CgroupName();
        Run(inro, "measured");
        TimeSpan whole = Took(() => inro.Ok("rm", "-f", "measured"));
        for (int i = 0; i < Kills; i++)
        {
            Run(inro, "victim");
            KillAfter(inro, whole * (1.2 * i / Kills), "rm", "-f", "victim").Dispose();

            if (inro.AllContainers().Length > 0) { inro.Run("rm", "-f", "victim"); } // the killed one may have been on its way

            Instance.WaitFor(() => inro.AllContainers().Length == 0, "the container stays");
        }

        NothingStays(inro, cgroup);
    }

    [KernelFact(Instance.Usual)]
    public void A_killed_stop_leaves_a_running_container_or_one_with_its_own_exit_code()
    {
        using Instance inro = Instance.WithBusybox();
        string cgroup = inro.CgroupName();
        Run(inro, "measured");
        TimeSpan whole = Took(() => inro.Ok("stop", "measured"));
        inro.Ok("rm", "measured");
        for (int i = 0; i < Kills / 2; i++)
        {
            Run(inro, "victim");
            KillAfter(inro, whole * (2.4 * i / Kills), "stop", "victim").Dispose();

            inro.Ok("stop", "victim");
            Assert.StartsWith("Exited (3)", Assert.Single(Ended(inro)), StringComparison.Ordinal);
            inro.Ok("rm", "victim");
        }

        NothingStays(inro, cgroup);
    }

    [KernelTheory(Instance.Usual)]
    [InlineData(false)]
    [InlineData(true)]
    public void A_killed_load_leaves_the_whole_image_or_none(bool fromInput)
    {
        using Instance inro = Instance.Empty();
        string archive = TestImages.Busybox(inro.Beside("image.tar"));
        string[] load = fromInput ? ["sh", "-c", $"exec \"$0\" --root '{inro.Root}' load <'{archive}'"] : ["load", "-i", archive];
        TimeSpan whole = TimeSpan.FromMilliseconds(60);
        int loaded = 0;
        for (int i = 0; i < Kills && loaded < 3; i++)
        {
            using StartedInro victim = fromInput
                ? KillAfter(StartedInro.StartTool("sh", ["-c", load[2], InroProcess.Binary]), whole * (1.0 * i / Kills))
                : KillAfter(inro, whole * (1.0 * i / Kills), load);

            string[] images = inro.Ok("images", "-q").Split('\n', StringSplitOptions.RemoveEmptyEntries);
            if (victim.Output.Contains("Loaded image: busybox:latest\n", StringComparison.Ordinal)) { Assert.Single(images); }

            Assert.Empty(inro.Leavings(layers: images.Length));
            Assert.Equal(images.Length * 3, Blobs(inro)); // manifest, config, layer
            loaded += images.Length;
        }

        inro.Ok("load", "-i", archive);
        Assert.Equal("whole\n", inro.Ok("run", "--rm", "busybox", "echo", "whole"));
        Assert.Empty(inro.Leavings(layers: 1));
    }

    /// <summary>The same, without chance: SIGKILL at each call that changes the disk or starts a process.</summary>
    [KernelTheory(Instance.Usual | Needs.Strace)]
    [InlineData("run -d", "pwrite64")]
    [InlineData("run -d", "mkdirat")]
    [InlineData("run -d", "unlinkat")]
    [InlineData("run -d", "sendmsg")]
    [InlineData("run --rm", "recvmsg")]
    [InlineData("rm -f", "pwrite64")]
    [InlineData("rm -f", "unlinkat")]
    [InlineData("stop -t0", "pwrite64")]
    public void A_command_killed_at_any_such_call_is_repaired(string command, string call)
    {
        using Instance inro = Instance.WithBusybox();
        string cgroup = inro.CgroupName();
        bool starts = command.StartsWith("run", StringComparison.Ordinal);
        string[] arguments = starts ? [.. command.Split(' '), "busybox", "sh", "-c", "exit 5"] : [.. command.Split(' '), "victim"];
        int at = 1;
        for (bool killed = true; killed; at++)
        {
            if (!starts) { Run(inro, "victim"); }

            ToolResult result = Tool.Run("strace", ["-qq", "-o", "/dev/null", "-e", $"trace={call}", "-e", $"inject={call}:signal=KILL:when={at}",
                InroProcess.Binary, "--root", inro.Root, .. arguments], TimeSpan.FromSeconds(20));
            killed = result.ExitCode == 137;
            Assert.True(killed || result.ExitCode is 0 or 5, result.Error);

            string listed = inro.Ok("ps", "-a", "--no-trunc");
            if (result.Output.Length > 60) { Assert.Contains(result.Output.Trim(), listed, StringComparison.Ordinal); }

            RemoveAll(inro);
        }

        Assert.True(at > 2, $"{command} makes no {call}: nothing was tested");
        NothingStays(inro, cgroup);
    }

    private static void Run(Instance inro, string name) =>
        inro.Ok("run", "-d", "--name", name, "busybox", "sh", "-c", "trap 'exit 3' TERM; while :; do sleep 0.01; done");

    private static TimeSpan Took(Action work)
    {
        long begin = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(begin);
    }

    private static StartedInro KillAfter(Instance inro, TimeSpan delay, params string[] arguments) => KillAfter(inro.Start(arguments), delay);

    private static StartedInro KillAfter(StartedInro victim, TimeSpan delay)
    {
        Thread.Sleep(delay);
        victim.Kill();
        return victim;
    }

    private static IEnumerable<string> Ended(Instance inro) =>
        inro.Ok("ps", "-a", "--filter", "status=exited", "--format", "{{.Status}}").Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static int Blobs(Instance inro) =>
        Directory.Exists(inro.Root + "/blobs/sha256") ? Directory.EnumerateFiles(inro.Root + "/blobs/sha256").Count() : 0;

    // A shim whose starter was killed may still be starting its container: that one is seen, and removed, a moment later.
    private static void RemoveAll(Instance inro) => Instance.WaitFor(
        () =>
        {
            foreach (string id in inro.AllContainers()) { inro.Run("rm", "-f", id); }

            return !inro.Leavings(layers: 1).Any();
        },
        "after everything was removed there is still something");

    private static void NothingStays(Instance inro, string cgroup)
    {
        RemoveAll(inro);
        Assert.Empty(inro.Leavings(layers: 1));
        Assert.Empty(inro.Leaks.Find());
        Assert.Empty(Instance.CgroupsNamed(cgroup));
        Assert.Equal("fine\n", inro.Ok("run", "--rm", "busybox", "echo", "fine"));
    }
}
