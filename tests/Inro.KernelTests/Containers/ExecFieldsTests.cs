using Inro.KernelTests.Harness;
using Inro.Runtime;
using Inro.Spec.Runtime;
using Xunit;

namespace Inro.KernelTests.Containers;

/// <summary>Fields of an exec's process, on the real kernel.</summary>
public sealed class ExecFieldsTests
{
    [KernelFact(Needs.Root | Needs.Busybox)]
    public void An_exec_runs_on_the_processors_that_it_names_and_a_first_process_does_not()
    {
        using var fixture = new ContainerFixture();
        ExecCpuAffinityConfig affinity = new("0", "0");
        RuntimeConfig config = ContainerFixture.Config("grep Cpus_allowed_list /proc/self/status");
        config = config with { Process = config.Process! with { ExecCpuAffinity = affinity } }; // Config always gives it
        string own = File.ReadLines("/proc/self/status").First(static l => l.StartsWith("Cpus_allowed_list", StringComparison.Ordinal));
        Assert.SkipUnless(own.EndsWith("-" + (Environment.ProcessorCount - 1), StringComparison.Ordinal), "needs two processors");
        Assert.Equal(own + "\n", fixture.Run(config).Output);

        InContainer(fixture, id =>
        {
            Assert.Equal("Cpus_allowed_list:\t0\n", fixture.Exec(id, Process("grep Cpus_allowed_list /proc/self/status") with { ExecCpuAffinity = affinity }).Output);
            Assert.Equal(own + "\n", fixture.Exec(id, Process("grep Cpus_allowed_list /proc/self/status") with { ExecCpuAffinity = new("0", null) }).Output); // only while it joined
            Assert.Equal("Cpus_allowed_list:\t1\n", fixture.Exec(id, Process("grep Cpus_allowed_list /proc/self/status") with { ExecCpuAffinity = new(null, "1") }).Output);
        });
    }

    [KernelFact(Needs.Root | Needs.Busybox)]
    public void An_exec_has_the_scheduling_that_it_names()
    {
        using var fixture = new ContainerFixture();
        InContainer(fixture, id =>
        {
            ProcessConfig process = Process("cut -d ' ' -f 19,41 /proc/self/stat; ionice -p $$") with
            {
                Scheduler = new SchedulerConfig { Policy = "SCHED_BATCH", Nice = 7 }, IoPriority = new IoPriorityConfig("IOPRIO_CLASS_IDLE", 0),
            };
            Assert.Equal(("7 3\nidle\n", 0), fixture.Exec(id, process));
        });
    }

    [KernelTheory(Needs.Root | Needs.Busybox)]
    [InlineData(false)]
    [InlineData(true)]
    public void A_profile_reaches_the_kernels_security_module(bool isExec)
    {
        using var fixture = new ContainerFixture();
        ProcessConfig process = Process("true") with { ApparmorProfile = "no-such-profile-of-inro" };
        KernelFeatures kernel = KernelFeatures.Read() with { HasAppArmor = true };
        Exception? failure = null;
        if (isExec) { InContainer(fixture, id => failure = Record.Exception(() => fixture.Exec(id, process, r => r with { Kernel = kernel }))); }
        else { failure = Record.Exception(() => fixture.Run(ContainerFixture.Config("true") with { Process = process }, r => r with { Kernel = kernel })); }

        // The kernel lets the process write, and the module that is there, or none, knows no such profile.
        var launch = Assert.IsType<Inro.Runtime.Launch.LaunchException>(failure);
        Assert.Contains("apply the AppArmor profile no-such-profile-of-inro: " + (Machine.WhyNot(Needs.AppArmor) is null ? "ENOENT" : "EINVAL"), launch.Message, StringComparison.Ordinal);
    }

    [KernelFact(Needs.Root | Needs.Busybox)]
    public void A_wrong_exec_is_refused_with_the_name_of_the_field()
    {
        using var fixture = new ContainerFixture();
        InContainer(fixture, id =>
        {
            var failure = Assert.Throws<RuntimeException>(() => fixture.Exec(id, Process("true") with { ExecCpuAffinity = new(null, "x") }));
            Assert.StartsWith("process.execCPUAffinity.final: \"x\"", failure.Message, StringComparison.Ordinal);
        });
    }

    private static ProcessConfig Process(string script) => new() { Args = ["/bin/sh", "-c", script], Env = ["PATH=/bin"], Cwd = "/" };

    private static void InContainer(ContainerFixture fixture, Action<string> act)
    {
        string id = fixture.NewId();
        using LaunchedContainer container = fixture.Create(id, ContainerFixture.Config("exec sleep 1000"));
        fixture.Runtime.Start(id);
        try { act(id); }
        finally
        {
            fixture.Runtime.Delete(id, force: true);
            container.Process.Reap(TimeSpan.FromSeconds(10));
        }
    }
}
