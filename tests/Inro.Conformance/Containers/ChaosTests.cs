using Inro.KernelTests.Harness;
using Xunit;

namespace Inro.Conformance.Containers;

/// <summary>Whatever is done at once, and whatever is killed meanwhile, ends in a legal state.</summary>
[Collection(ExclusiveTests.Name)]
public sealed class ChaosTests(ITestOutputHelper output)
{
    [KernelFact(Instance.Usual)]
    public void A_few_hundred_verbs_from_sixteen_processes_leave_a_legal_state() => Run(times: 12);

    [KernelFact(Instance.Usual, Explicit = true)]
    public void Three_thousand_verbs_from_sixteen_processes_leave_a_legal_state() => Run(times: 125);

    private void Run(int times)
    {
        int seed = int.TryParse(Environment.GetEnvironmentVariable("INRO_CHAOS_SEED"), out int given) ? given : Environment.TickCount;
        output.WriteLine($"seed {seed}");
        using Instance inro = Instance.WithBusybox();
        string cgroup = inro.CgroupName();
        var chaos = new Chaos(inro, seed);

        chaos.Run(times);

        output.WriteLine($"{chaos.Done.Values.Sum()} verbs, {chaos.Kills} processes killed");
        Assert.True(chaos.Wrong.Count == 0, $"seed {seed}:\n{string.Join("\n---\n", chaos.Wrong.Take(10))}");
        Assert.All(chaos.Done.Values, n => Assert.True(n >= times));
        AgreesWithTheKernel(inro);
        foreach (string id in inro.AllContainers()) { inro.Ok("rm", "-f", "-v", id); }

        inro.Ok("volume", "prune", "-af");
        Instance.WaitFor(() => IsTidy(inro), "left over: " + string.Join(' ', inro.Leavings(1)));
        Instance.WaitFor(() => !Instance.CgroupsNamed(cgroup).Any(), "a cgroup is left");
        Assert.Equal(0, inro.Run("system", "check").ExitCode);
        Assert.Empty(inro.Leaks.Find());
    }

    // What a killed command leaves is the next one's to put right.
    private static bool IsTidy(Instance inro)
    {
        inro.Ok("ps");
        return !inro.Leavings(1).Any();
    }

    /// <summary>What is said to run has a process that can be joined; what is not said to run has none.</summary>
    private static void AgreesWithTheKernel(Instance inro)
    {
        foreach (string id in inro.AllContainers())
        {
            string[] said = inro.Run("inspect", "-f", "{{.State.Status}} {{.State.Pid}} {{.HostConfig.RestartPolicy.Name}}", id).Output.Trim().Split(' ');
            if (said.Length < 3 || said[2] is not ("no" or "")) { continue; } // one that starts again by itself may do so right now

            Assert.Contains(said[0], (string[])["created", "initialized", "running", "paused", "exited"]);
            if (said[0] is "running" or "initialized") { Assert.True(Directory.Exists("/proc/" + said[1]), $"{id} has no process {said[1]}"); }
            else if (said[0] != "paused") { Assert.Equal("0", said[1]); }
        }
    }
}
