using System.Diagnostics;
using Inro.KernelTests.Harness;
using Inro.Linux;
using Inro.Runtime.Launch;
using Xunit;
using static Inro.KernelTests.Launch.LaunchFixture;

namespace Inro.KernelTests.Launch;

/// <summary>Programs that a launch runs on its way.</summary>
public sealed class SpawnTests : IDisposable
{
    private readonly LaunchRunner runner = new();

    public void Dispose() => runner.Dispose();

    [KernelFact]
    public void A_spawned_program_reads_what_was_prepared_and_the_launch_goes_on_after_it()
    {
        string output = Output(runner, b =>
        {
            Shell(b, "cat; readlink /proc/self/fd/3 || echo none", stdin: b.Bytes("state "u8));
            b.Call("print", SystemCall.Write, [1, "after", 5]);
        });

        Assert.Equal("state none\nafter", output);
    }

    [KernelFact]
    public void A_megabyte_of_input_does_not_block()
    {
        string output = Output(runner, b => Shell(b, "wc -c", stdin: b.Bytes(new byte[1024 * 1024])));

        Assert.Equal("1048576\n", output);
    }

    [KernelFact]
    public void An_exit_status_fails_the_launch_and_is_named()
    {
        LaunchException failure = Assert.Throws<LaunchException>(() => runner.Run(b => Shell(b, "exit 3")));

        Assert.Equal("run hook /hook: exit status 3 (step 1 of 1)", failure.Message);
    }

    [KernelFact]
    public void A_signal_fails_the_launch_and_is_named()
    {
        LaunchException failure = Assert.Throws<LaunchException>(() => runner.Run(b => Shell(b, "kill -TERM $$")));

        Assert.Equal("run hook /hook: killed by signal 15 (step 1 of 1)", failure.Message);
    }

    [KernelFact]
    public void A_status_that_is_wanted_does_not_fail_the_launch()
    {
        string output = Output(runner, b =>
        {
            Slot status = b.NewSlot("status");
            Shell(b, "exit 3", status: status);
            b.Print(status, b.Preset(1, "stdout"));
        });

        Assert.Equal("3", output);
    }

    [KernelFact]
    public void A_program_that_is_not_there_is_an_errno()
    {
        LaunchException failure = Assert.Throws<LaunchException>(() => runner.Run(
            b => b.Spawn("run hook", b.String("/nonexistent"), b.StringArray(["x"]), b.StringArray([]))));

        Assert.Equal("run hook: ENOENT (step 1 of 1)", failure.Message);
    }

    [KernelFact]
    public void A_program_that_takes_too_long_is_killed()
    {
        long start = Stopwatch.GetTimestamp();

        LaunchException failure = Assert.Throws<LaunchException>(() => runner.Run(
            b => b.Spawn("run hook", b.String("/bin/sleep"), b.StringArray(["sleep", "60"]), b.StringArray([]), timeout: TimeSpan.FromMilliseconds(150))));

        Assert.Equal(Errno.ETIMEDOUT, failure.Errno);
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0.14, 30);
    }

    [KernelFact]
    public void Output_goes_where_it_was_told()
    {
        using var pipe = new TestPipe();
        runner.Run(b => b.Spawn(
            "run hook", b.String("/bin/sh"), b.StringArray(["sh", "-c", "echo out; echo err >&2"]), b.StringArray([]), output: b.Inherit(pipe.Writer, "log")));

        Assert.Equal("out\nerr\n", pipe.ReadToEnd());
    }

    [KernelFact]
    public void It_runs_in_the_namespaces_of_the_walker()
    {
        string output = Output(runner, b =>
        {
            b.Clone("clone", NewPidNamespace);
            Shell(b, "echo $$");
        });

        Assert.Equal("2\n", output);
    }

    private static void Shell(LaunchBuilder b, string script, Data stdin = default, Slot? status = null) =>
        b.Spawn("run hook", b.String("/bin/sh"), b.StringArray(["sh", "-c", script]), b.StringArray(["PATH=/usr/bin:/bin"]),
            stdin, TimeSpan.FromSeconds(10), status: status, subject: "/hook");
}
