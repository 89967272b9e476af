using System.Collections.Concurrent;
using System.Diagnostics;
using Inro.KernelTests.Harness;
using Inro.Linux;
using Inro.Runtime.Launch;
using Xunit;
using static Inro.KernelTests.Launch.LaunchFixture;

namespace Inro.KernelTests.Launch;

/// <summary>Many launches at once, and what one costs.</summary>
[Collection(ExclusiveTests.Name)]
public sealed class ManyLaunchesTests(ITestOutputHelper output) : IDisposable
{
    private readonly LaunchRunner runner = new();

    public void Dispose() => runner.Dispose();

    [KernelFact]
    public void Five_hundred_launches_from_four_threads_end_while_others_allocate()
    {
        const int Threads = 4;
        const int Each = 125;
        runner.Run(_ => { });
        using LeakCheck leaks = LeakCheck.BeginExclusive();
        using var stop = new CancellationTokenSource();
        int[] ran = new int[Threads];
        var failures = new ConcurrentQueue<Exception>();
        Thread[] allocating = [.. Enumerable.Range(0, 2).Select(_ => Begin(() => Allocate(stop.Token)))];
        Thread[] launching = [.. Enumerable.Range(0, Threads).Select(i => Begin(() =>
        {
            try
            {
                for (; ran[i] < Each; ran[i]++) { RunTrue(); }
            }
            catch (Exception failure) { failures.Enqueue(failure); } // on the way to the test's own thread
        }))];

        bool ended = launching.All(thread => thread.Join(Machine.Patience(TimeSpan.FromSeconds(60))));
        stop.Cancel();
        Array.ForEach(allocating, thread => thread.Join());

        Assert.Empty(failures);
        Assert.True(ended, $"hung after {string.Join(" + ", ran)} launches");
        Assert.Equal(Threads * Each, ran.Sum());
        Assert.Empty(leaks.Find());
    }

    [KernelFact]
    public void A_walk_of_ninety_operations_takes_milliseconds_at_most()
    {
        const int Rounds = 200;
        using LaunchProgram program = Compile(b =>
        {
            for (int i = 0; i < 90; i++) { b.Call("ask for pid", SystemCall.Getpid, [], "self"); }
        });
        var times = new double[Rounds];
        for (int i = 0; i < Rounds; i++)
        {
            long start = Stopwatch.GetTimestamp();
            runner.Run(program, new LaunchOptions());
            times[i] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
        }

        Array.Sort(times);
        output.WriteLine($"start, walk of 90 operations, end: median {times[Rounds / 2]:f0} µs, best {times[0]:f0} µs");
        Assert.InRange(times[Rounds / 2], 1, 50_000); // a guard against waiting by accident, not a measurement
    }

    private void RunTrue()
    {
        using LaunchedProcess launched = runner.Run(b =>
        {
            b.Sync("say hello", _ => { });
            b.Clone("clone", NewPidNamespace);
            b.Exec("run", b.String("/bin/true"), b.StringArray(["true"]), b.StringArray([]));
        })!;
        Assert.True(launched.Process.Reap(Machine.Patience(TimeSpan.FromSeconds(20)))?.IsSuccess);
    }

    private static void Allocate(CancellationToken ct)
    {
        object? last = null;
        for (int i = 0; !ct.IsCancellationRequested; i++)
        {
            last = new byte[1024 + (i & 0xffff)];
            if (i % 1000 == 0) { GC.Collect(0); }
        }

        GC.KeepAlive(last);
    }

    private static Thread Begin(Action act)
    {
        var thread = new Thread(() => act()) { IsBackground = true };
        thread.Start();
        return thread;
    }
}
