using System.Diagnostics;
using Inro.Conformance.Containers;
using Inro.KernelTests.Harness;
using Xunit;

namespace Inro.Conformance.Oci.Verbs;

public sealed class PauseTests
{
    [KernelFact(Bundle.Usual)]
    public void A_paused_container_stands_still_until_it_is_resumed()
    {
        using Bundle bundle = BundleVerbs.Sleeping(static b => b.Script("while :; do echo x >> /tmp/steps; sleep 0.01; done"));
        string steps = bundle.Rootfs + "/tmp/steps";
        Instance.WaitFor(() => File.Exists(steps), "the container does not begin");

        bundle.Oci("pause", bundle.Id).Ok();

        Assert.Equal("paused", bundle.State("status"));
        Assert.Contains("paused", bundle.Oci("list").Ok().Output, StringComparison.Ordinal);
        long length = new FileInfo(steps).Length;
        Thread.Sleep(100);
        Assert.Equal(length, new FileInfo(steps).Length);
        bundle.Oci("resume", bundle.Id).Ok();
        Assert.Equal("running", bundle.State("status"));
        Instance.WaitFor(() => new FileInfo(steps).Length > length, "the container does not go on");
    }

    [KernelFact(Bundle.Usual)]
    public void A_created_container_can_be_paused_and_is_not_started_then()
    {
        using var bundle = new Bundle();
        bundle.Create().Ok();
        bundle.Oci("pause", bundle.Id).Ok();

        Assert.Equal("paused", bundle.State("status"));
        bundle.Refuses(1, "cannot start a container that is paused", "start", bundle.Id);
        bundle.Oci("resume", bundle.Id).Ok();
        Assert.Equal("created", bundle.State("status"));
    }

    [KernelFact(Bundle.Usual)]
    public void What_does_not_fit_the_status_is_refused()
    {
        using Bundle bundle = BundleVerbs.Sleeping();

        bundle.Refuses(1, "container not paused", "resume", bundle.Id);
        bundle.Oci("pause", bundle.Id).Ok();
        bundle.Refuses(1, "container not running", "pause", bundle.Id);
        bundle.Refuses(1, "that is not stopped", "delete", bundle.Id);
        bundle.Refuses(255, "cannot exec in a paused container (use --ignore-paused to override)", "exec", bundle.Id, "true");
        bundle.Refuses(1, "container does not exist", "pause", "nosuch");
        bundle.Refuses(1, "container does not exist", "resume", "nosuch");
    }

    [KernelFact(Bundle.Usual)]
    public void An_exec_that_ignores_the_pause_waits_with_the_container()
    {
        using Bundle bundle = BundleVerbs.Sleeping();
        bundle.Oci("pause", bundle.Id).Ok();
        long begun = Stopwatch.GetTimestamp();
        var resume = new Thread(() =>
        {
            Thread.Sleep(500);
            bundle.Oci("resume", bundle.Id);
        });
        resume.Start();

        bundle.Oci("exec", "--ignore-paused", bundle.Id, "true").Ok();

        resume.Join();
        if (BundleVerbs.IsLegacy("freezer")) { Assert.InRange(Stopwatch.GetElapsedTime(begun).TotalMilliseconds, 400, 20_000); }
    }

    [KernelFact(Bundle.Usual)]
    public void Kill_ends_a_paused_container()
    {
        using Bundle bundle = BundleVerbs.Sleeping();
        bundle.Oci("pause", bundle.Id).Ok();

        bundle.Oci("kill", bundle.Id, "KILL").Ok();

        bundle.WaitForStatus("stopped");
        bundle.Refuses(1, "container not running", "pause", bundle.Id);
        bundle.Refuses(1, "container not running", "kill", bundle.Id);
        bundle.Oci("delete", bundle.Id).Ok();
    }

    [KernelFact(Bundle.Usual)]
    public void Delete_by_force_ends_a_paused_container()
    {
        using Bundle bundle = BundleVerbs.Sleeping();
        bundle.Oci("pause", bundle.Id).Ok();

        bundle.Oci("delete", "--force", bundle.Id).Ok();

        bundle.Refuses(1, "container does not exist", "state", bundle.Id);
    }
}
