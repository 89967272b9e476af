using System.Diagnostics;
using Inro.KernelTests.Harness;
using Inro.Linux.Cgroups;
using Inro.Runtime.Resources;
using Inro.Spec.Runtime;
using Xunit;

namespace Inro.KernelTests.Cgroups;

/// <summary>Limits that bite, and cgroups that go away, on whatever trees this machine mounts.</summary>
public sealed class CgroupSetTests
{
    private const long MemoryBytes = 24L << 20;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    [KernelFact(Needs.Root)]
    public void Every_mounted_tree_gets_a_cgroup_and_loses_it_again()
    {
        using var leaks = LeakCheck.Begin();
        CgroupSet set = Create(leaks, null);

        Assert.Equal(CgroupLayout.Read().Hierarchies.Count, set.Locations.Count);
        Assert.All(set.Locations, l => Assert.True(Directory.Exists(l.Directory), l.Directory));
        CgroupScript.CleanUp(set);
        Assert.All(set.Locations, l => Assert.False(Directory.Exists(l.Directory), l.Directory));
    }

    [KernelFact(Needs.Root)]
    public void A_cgroup_is_made_although_neighbours_keep_removing_the_parent_that_they_share()
    {
        const int Workers = 4;
        const int Each = 60;
        using var leaks = LeakCheck.Begin();
        CgroupLayout layout = CgroupLayout.Read();
        var failed = new System.Collections.Concurrent.ConcurrentQueue<Exception>();
        Thread[] workers = [.. Enumerable.Range(0, Workers).Select(worker => new Thread(() =>
        {
            try
            {
                for (int i = 0; i < Each; i++)
                {
                    using CgroupSet set = CgroupSet.Create(CgroupPlan.Make(layout, $"/inro-{leaks.Marker}/{worker}", "", null) with { OwnsParent = true });
                    set.Remove(Deadline);
                }
            }
            catch (Exception e) { failed.Enqueue(e); }
        }) { IsBackground = true })];

        Array.ForEach(workers, worker => worker.Start());

        Assert.All(workers, worker => Assert.True(worker.Join(Machine.Patience(TimeSpan.FromSeconds(60))), "hung"));
        Assert.True(failed.IsEmpty, string.Join("\n", failed));
        Assert.Empty(leaks.Find());
    }

    [KernelFact(Needs.Root)]
    public void A_process_that_needs_more_memory_than_the_limit_is_killed()
    {
        Run(new LinuxResources { Memory = new() { Limit = MemoryBytes, Swap = MemoryBytes } }, "head -c 200000000 /dev/zero | tail -c 190000000 > /dev/null; exit 0", (set, result) =>
        {
            string events = set.Read("memory", "memory.events") ?? set.Read("memory", "memory.oom_control") ?? "";
            Assert.Matches("oom_kill [1-9]", events);
        });
    }

    [KernelFact(Needs.Root)]
    public void A_fork_beyond_the_limit_of_tasks_fails() =>
        Run(new LinuxResources { Pids = new(5) }, "i=0; while [ $i -lt 20 ]; do sleep 1 & i=$((i+1)); done; wait", (_, result) =>
            Assert.Contains("ork", result.Error, StringComparison.Ordinal)); // "Cannot fork"

    [KernelFact(Needs.Root)]
    public void A_quota_throttles() =>
        Run(new LinuxResources { Cpu = new() { Period = 10_000, Quota = 2_000, Shares = 512 } }, "i=0; while [ $i -lt 60000 ]; do i=$((i+1)); done", (set, _) =>
            Assert.Matches("nr_throttled [1-9]", set.Read("cpu", "cpu.stat")!));

    [KernelFact(Needs.Root)]
    public void A_device_outside_the_rules_cannot_be_opened()
    {
        LinuxResources closed = new() { Devices = [new(false, null, null, null, "rwm")] };
        Run(closed, "head -c 1 /dev/zero > /dev/null && ! (: < /dev/kmsg)", (_, result) =>
        {
            Assert.Equal(0, result.ExitCode);
            Assert.Contains("not permitted", result.Error, StringComparison.Ordinal);
        });
        LinuxResources open = new() { Devices = [new(false, null, null, null, "rwm"), new(true, "c", 1, 11, "r")] };
        Run(open, ": < /dev/kmsg", (_, result) => Assert.Equal(0, result.ExitCode));
    }

    [KernelFact(Needs.Root | Needs.CgroupV2)]
    public void The_device_program_of_v2_obeys_the_same_rules()
    {
        using var leaks = LeakCheck.Begin();
        CgroupLocation unified = CgroupPlan.Make(CgroupLayout.Read(), "/" + leaks.Marker, "", null).Locations.Single(l => l.IsUnified);
        List<DeviceRule> rules =
        [
            new(false, null, null, null, "rwm"), new(true, "c", 1, 5, "rwm"), new(true, "c", 1, 3, "rwm"), new(true, "c", 1, null, "r"), new(false, "c", 1, 11, null),
        ];
        CgroupSet set = CgroupSet.Create(new CgroupPlan { Locations = [unified], Writes = [], DeviceProgram = rules });
        try
        {
            ToolResult result = CgroupScript.Run(set, ": < /dev/zero && : > /dev/null && : < /dev/urandom && ! (: > /dev/urandom) && ! (: < /dev/kmsg)");

            Assert.Equal(0, result.ExitCode);
            Assert.Equal(2, result.Error.Split("not permitted").Length - 1);
        }
        finally
        {
            CgroupScript.CleanUp(set);
        }
    }

    [KernelFact(Needs.Root)]
    public void A_frozen_container_stands_still_until_it_is_thawed()
    {
        using var leaks = LeakCheck.Begin();
        using TempDir directory = TempDir.Create();
        CgroupSet set = Create(leaks, null);
        using Process process = Process.Start("sh", ["-c", CgroupScript.Inside(set, $"while :; do echo x >> {directory / "ticks"}; sleep 0.01; done")]);
        try
        {
            WaitFor(() => File.Exists(directory / "ticks"));
            set.Freeze(Deadline);
            Assert.True(set.IsFrozen);
            long before = new FileInfo(directory / "ticks").Length;
            Thread.Sleep(100);
            Assert.Equal(before, new FileInfo(directory / "ticks").Length);

            set.Thaw();
            WaitFor(() => new FileInfo(directory / "ticks").Length > before);
        }
        finally
        {
            set.KillAll(Deadline);
            process.WaitForExit();
            CgroupScript.CleanUp(set);
        }
    }

    [KernelTheory(Needs.Root)]
    [InlineData(true)]
    [InlineData(false)] // without v2 only signals are left
    public void Kill_ends_processes_that_keep_forking_even_when_frozen(bool withUnified)
    {
        using var leaks = LeakCheck.Begin();
        CgroupPlan plan = CgroupPlan.Make(CgroupLayout.Read(), "/" + leaks.Marker, "", new LinuxResources { Pids = new(40) });
        if (!withUnified) { plan = plan with { Locations = [.. plan.Locations.Where(l => !l.IsUnified)] }; }

        Assert.SkipWhen(plan.Locations.Count == 0, "needs a cgroup v1 hierarchy");
        CgroupSet set = CgroupSet.Create(plan);
        using Process process = Process.Start("sh", ["-c", CgroupScript.Inside(set, "forever() { while :; do sleep 0.02 & wait; done; }; forever & forever & forever")]);
        WaitFor(() => set.Processes().Count > 3);
        set.Freeze(Deadline);

        set.KillAll(Deadline);

        Assert.Empty(set.Processes());
        process.WaitForExit();
        CgroupScript.CleanUp(set);
    }

    [KernelFact(Needs.Root)]
    public void Cgroups_that_the_container_made_go_with_its_own()
    {
        using var leaks = LeakCheck.Begin();
        CgroupSet set = Create(leaks, null);
        string deep = string.Concat(Enumerable.Repeat("/n", 150));
        foreach (CgroupLocation location in set.Locations)
        {
            Directory.CreateDirectory(location.Directory + "/inner/deep");
            Directory.CreateDirectory(location.Directory + "/inner/wide");
            Directory.CreateDirectory(location.Directory + deep);
        }

        set.Remove(Deadline);

        Assert.All(set.Locations, l => Assert.False(Directory.Exists(l.Directory), l.Directory));
        set.Dispose();
    }

    [KernelFact(Needs.Root)]
    public void The_engines_parent_goes_with_the_last_container_in_it()
    {
        using var leaks = LeakCheck.Begin();
        string parent = "/inro-" + leaks.Marker;
        CgroupSet one = CgroupSet.Create(CgroupPlan.Make(CgroupLayout.Read(), parent + "/one", "", null) with { OwnsParent = true });
        CgroupSet two = CgroupSet.Create(CgroupPlan.Make(CgroupLayout.Read(), parent + "/two", "", null) with { OwnsParent = true });

        CgroupScript.CleanUp(one);
        Assert.True(Directory.Exists(two.Locations[0].MountPoint + parent));
        CgroupScript.CleanUp(two);
        Assert.False(Directory.Exists(two.Locations[0].MountPoint + parent));
    }

    [KernelFact(Needs.Root)]
    public void A_refused_value_is_named_with_its_file_and_leaves_nothing_behind()
    {
        using var leaks = LeakCheck.Begin();

        ResourceException refusal = Assert.Throws<ResourceException>(() => Create(leaks, new LinuxResources { Cpu = new() { Cpus = "4000" } }));

        Assert.StartsWith("the kernel refused cpuset.cpus (linux.resources.cpu.cpus): ", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("cpuset.cpus = 4000", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("[E", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(leaks.Find());
    }

    [KernelFact(Needs.Root)]
    public void Limits_can_be_raised_and_lowered_in_any_order()
    {
        using var leaks = LeakCheck.Begin();
        CgroupSet set = Create(leaks, new LinuxResources { Memory = new() { Limit = MemoryBytes, Swap = MemoryBytes } });
        try
        {
            set.Update(new LinuxResources { Memory = new() { Limit = 4 * MemoryBytes, Swap = 4 * MemoryBytes } });
            set.Update(new LinuxResources { Memory = new() { Limit = 2 * MemoryBytes, Swap = 3 * MemoryBytes }, Pids = new(9) });
            set.Update(new LinuxResources { Memory = new() { Limit = -1, Swap = -1 } });
            set.Update(new LinuxResources { Memory = new() { Limit = MemoryBytes, Swap = 2 * MemoryBytes } });

            Assert.Equal(MemoryBytes.ToString(), set.Read("memory", "memory.limit_in_bytes") ?? set.Read("memory", "memory.max"));
            Assert.Equal("9", set.Read("pids", "pids.max"));
        }
        finally
        {
            CgroupScript.CleanUp(set);
        }
    }

    [KernelFact(Needs.Root)]
    public void A_cgroup_that_holds_processes_is_not_taken_over()
    {
        using var leaks = LeakCheck.Begin();
        CgroupSet set = Create(leaks, null);
        using Process process = Process.Start("sh", ["-c", CgroupScript.Inside(set, "sleep 60")]);
        WaitFor(() => set.Processes().Count > 0);

        ResourceException refusal = Assert.Throws<ResourceException>(() => Create(leaks, null));

        Assert.Contains("holds", refusal.Message, StringComparison.Ordinal);
        set.KillAll(Deadline);
        process.WaitForExit();
        CgroupScript.CleanUp(set);
    }

    [KernelFact(Needs.Root)]
    public void Statistics_count_what_was_used() =>
        Run(new LinuxResources(), "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; sleep 0", (set, _) =>
        {
            CgroupStatistics statistics = set.ReadStatistics();
            Assert.InRange(statistics.CpuNanoseconds, 1_000_000, 60_000_000_000);
            Assert.True(statistics.MemoryPeakBytes is null or > 0);
        });

    private static CgroupSet Create(LeakCheck leaks, LinuxResources? resources) =>
        CgroupSet.Create(CgroupPlan.Make(CgroupLayout.Read(), "/" + leaks.Marker, "", resources));

    private static void Run(LinuxResources resources, string script, Action<CgroupSet, ToolResult> check)
    {
        using var leaks = LeakCheck.Begin();
        CgroupSet set = Create(leaks, resources);
        try
        {
            ToolResult result = CgroupScript.Run(set, script);
            Assert.NotEqual(99, result.ExitCode);
            check(set, result);
        }
        finally
        {
            CgroupScript.CleanUp(set);
        }
    }

    private static void WaitFor(Func<bool> condition)
    {
        for (long end = Environment.TickCount64 + 10_000; !condition(); Thread.Sleep(5))
        {
            Assert.True(Environment.TickCount64 < end, "the condition was not met in ten seconds");
        }
    }
}
