using System.Collections.Concurrent;
using Inro.KernelTests.Harness;
using Xunit;

namespace Inro.Conformance.Containers;

/// <summary>Many runs of one instance at once.</summary>
[Collection(ExclusiveTests.Name)]
public sealed class ManyRunsTests(ITestOutputHelper output)
{
    private const int Workers = 8;
    private const int Each = 25;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(120);

    [KernelFact(Instance.Usual)]
    public void Two_hundred_runs_from_eight_workers_all_end_well_and_leave_nothing()
    {
        using Instance inro = Instance.WithBusybox();
        string cgroup = inro.CgroupName();
        var failed = new ConcurrentQueue<string>();
        int done = 0;
        long begin = Environment.TickCount64;
        Thread[] workers = [.. Enumerable.Range(0, Workers).Select(worker => new Thread(() => Work(inro, worker, failed, ref done)) { IsBackground = true })];

        Array.ForEach(workers, worker => worker.Start());
        long until = begin + (long)Machine.Patience(Deadline).TotalMilliseconds;
        bool ended = workers.All(worker => worker.Join((int)Math.Max(0, until - Environment.TickCount64)));

        Assert.True(ended, $"not over after {done} runs");
        output.WriteLine($"{done} runs in {Environment.TickCount64 - begin} ms");
        Assert.True(failed.IsEmpty, string.Join("\n", failed));
        Assert.Equal(Workers * Each, done);
        Assert.Empty(inro.AllContainers());
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(inro.Root, "containers")));
        Assert.Empty(inro.Leaks.Find()); // shims and mounts: both carry the root's path
        Assert.Empty(Instance.CgroupsNamed(cgroup));
    }

    [KernelFact(Instance.Usual)]
    public void What_the_other_test_looks_for_is_seen_while_a_container_runs()
    {
        using Instance inro = Instance.WithBusybox();
        string cgroup = inro.CgroupName();
        TimeSpan grace = inro.Leaks.Grace;
        Assert.Empty(Instance.CgroupsNamed(cgroup));

        inro.Ok("run", "-d", "--name", "sleeper", "busybox", "sleep", "60");
        inro.Leaks.Grace = TimeSpan.Zero;

        Assert.Contains(inro.Leaks.Find(), leak => leak.Kind == "process");
        Assert.NotEmpty(Instance.CgroupsNamed(cgroup));
        Assert.Single(Directory.EnumerateFileSystemEntries(Path.Combine(inro.Root, "containers")));

        inro.Leaks.Grace = grace;
        inro.Ok("rm", "-f", "sleeper");
        Assert.Empty(inro.Leaks.Find());
        Assert.Empty(Instance.CgroupsNamed(cgroup));
    }

    private static void Work(Instance inro, int worker, ConcurrentQueue<string> failed, ref int done)
    {
        for (int i = 0; i < Each; i++)
        {
            try
            {
                string said = $"{worker}.{i}";
                ToolResult result = inro.Run("run", "--rm", "busybox", "echo", said);
                if (result.ExitCode != 0 || result.Output != said + "\n") { failed.Enqueue($"{said}: exit {result.ExitCode}, {result.Output}{result.Error}"); }
            }
            catch (Exception e) when (e is TimeoutException or IOException) { failed.Enqueue(e.Message); }

            Interlocked.Increment(ref done);
        }
    }
}
