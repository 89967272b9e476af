using Inro.KernelTests.Harness;
using Xunit;

namespace Inro.Conformance.Containers;

/// <summary><c>inro unshare</c>, as podman has it: the host's files with the owners that containers see.</summary>
public sealed class UnshareTests
{
    [KernelFact(OrdinaryUser.Usual)]
    public void A_command_sees_itself_as_root_and_owns_every_id_that_the_user_has()
    {
        using OrdinaryUser user = OrdinaryUser.Create();

        Assert.Equal("0:0\n", user.Ok("unshare", "sh", "-c", "echo $(id -u):$(id -g)"));
        Assert.Equal($"0 {user.Id} 1\n1 {user.FirstOwnId} 65536\n", user.Ok("unshare", "sh", "-c", "tr -s ' ' </proc/self/uid_map | sed 's/^ //'"));
        user.Ok("unshare", "sh", "-c", "touch file && chown 33:33 file");
        Assert.Equal($"{user.FirstOwnId + 32}\n", Tool.Run("stat", ["-c", "%u", user.Home + "/file"], TimeSpan.FromSeconds(10)).Ok().Output);
        Assert.Equal("33\n", user.Ok("unshare", "stat", "-c", "%u", "file"));
        user.Ok("unshare", "rm", "file");
    }

    [KernelFact(OrdinaryUser.Usual)]
    public void A_stored_layer_shows_the_owners_that_the_image_gives()
    {
        using OrdinaryUser user = OrdinaryUser.WithBusybox();

        string seen = user.Ok("unshare", "sh", "-c", "find $CONTAINERS_GRAPHROOT/snapshots -path '*/bin/busybox' -exec stat -c '%u:%g' {} +; test -d $CONTAINERS_RUNROOT && echo runs");

        Assert.Equal("0:0\nruns\n", seen);
    }

    [KernelTheory(OrdinaryUser.Usual)]
    [InlineData("exit 7", 7)]
    [InlineData("kill -KILL $$", 137)]
    public void The_commands_status_is_its_own(string script, int status)
    {
        using OrdinaryUser user = OrdinaryUser.Create();

        Assert.Equal(status, user.Run("unshare", "sh", "-c", script).ExitCode);
    }

    [KernelTheory(OrdinaryUser.Usual)]
    [InlineData("no-such-program", 127, "there is no such program")]
    [InlineData("/etc/passwd", 126, "cannot run /etc/passwd: EACCES")]
    public void What_cannot_be_run_ends_with_the_shells_codes(string program, int status, string says)
    {
        using OrdinaryUser user = OrdinaryUser.Create();

        ToolResult result = user.Run("unshare", program);

        Assert.Equal(status, result.ExitCode);
        Assert.Contains(says, result.Error, StringComparison.Ordinal);
    }

    [KernelFact(OrdinaryUser.Usual)]
    public void Inside_the_programs_own_verbs_work_on_the_same_instance()
    {
        using OrdinaryUser user = OrdinaryUser.WithBusybox();

        Assert.Equal("busybox\n", user.Ok("unshare", user.Program, "images", "--format", "{{.Repository}}"));
        Assert.Equal("in\n", user.Ok("unshare", user.Program, "run", "--rm", "--network", "none", "busybox", "echo", "in"));
    }

    [KernelFact(Instance.Usual)]
    public void Root_has_no_namespace_to_enter()
    {
        ToolResult result = InroProcess.Run(["unshare", "true"]);

        Assert.Equal(125, result.ExitCode);
        Assert.Contains("as an ordinary user", result.Error, StringComparison.Ordinal);
    }
}
