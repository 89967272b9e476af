using Inro.KernelTests.Harness;
using Xunit;

namespace Inro.Conformance.Oci.Verbs;

/// <summary>What checkpoint and restore answer where nothing can come of them. What they do is shown in the test machine, which has a criu that works.</summary>
public sealed class CheckpointTests
{
    [KernelFact(Bundle.Usual)]
    public void Without_criu_a_checkpoint_says_what_to_do_and_the_container_runs_on()
    {
        using Bundle bundle = BundleVerbs.Sleeping();

        bundle.Refuses(1, "install criu", "--criu", "nosuch-criu", "checkpoint", "--image-path", bundle.Beside("images"), bundle.Id);

        Assert.Equal("running", bundle.State("status"));
        Assert.False(Directory.Exists(bundle.Beside("images")));
    }

    [KernelFact(Bundle.Usual)]
    public void A_criu_that_does_not_work_is_told_in_its_own_words()
    {
        using Bundle bundle = BundleVerbs.Sleeping();
        string criu = bundle.Beside("criu");
        File.WriteAllText(criu, "#!/bin/sh\necho 'Error (criu/vdso.c:1): vdso: Can not parse' >&2\nexit 1\n");
        File.SetUnixFileMode(criu, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        bundle.Refuses(1, "Error (criu/vdso.c:1): vdso: Can not parse", "--criu", criu, "checkpoint", "--image-path", bundle.Beside("images"), bundle.Id);

        Assert.Equal("running", bundle.State("status"));
    }

    [KernelFact(Bundle.Usual)]
    public void A_container_that_does_not_run_cannot_be_written()
    {
        using var bundle = new Bundle();
        bundle.Script("exec sleep 600");
        bundle.Create().Ok();

        bundle.Refuses(1, "Container cannot be checkpointed in created state", "checkpoint", bundle.Id);
        bundle.Refuses(1, "container does not exist: nosuch", "checkpoint", "nosuch");
    }

    [KernelFact(Bundle.Usual)]
    public void A_restore_that_fails_leaves_no_container()
    {
        using var bundle = new Bundle();
        bundle.Script("exec sleep 600");
        bundle.Write();

        bundle.Refuses(1, "install criu", "--criu", "nosuch-criu", "restore", "--image-path", bundle.Beside("images"), "--bundle", bundle.Path, bundle.Id);

        Assert.Equal("", bundle.Oci("list", "-q").Ok().Output);
    }
}
