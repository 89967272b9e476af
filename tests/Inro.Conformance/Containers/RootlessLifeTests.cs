using Inro.KernelTests.Harness;
using Xunit;

namespace Inro.Conformance.Containers;

/// <summary>What goes on behind an ordinary user's back: restarts, health checks, and what the user copies out of containers.</summary>
public sealed class RootlessLifeTests
{
    [KernelFact(OrdinaryUser.Usual)]
    public void A_container_that_fails_is_started_again_as_its_policy_says()
    {
        using OrdinaryUser user = OrdinaryUser.WithBusybox();
        user.Ok("run", "-d", "--name", "web", "--restart", "on-failure:2", "busybox", "sh", "-c", "echo run; exit 3");

        string waited = user.Ok("wait", "web");

        Assert.Equal("3\n", waited);
        Assert.Equal("run\nrun\nrun\n", user.Ok("logs", "web"));
        Assert.Equal("2 exited 3\n", user.Ok("inspect", "-f", "{{.RestartCount}} {{.State.Status}} {{.State.ExitCode}}", "web"));
        user.Ok("rm", "web");
        Assert.Empty(user.Leavings());
    }

    [KernelTheory(OrdinaryUser.Usual)]
    [InlineData("test -f /ok", "sleep 1000")]
    [InlineData("tcp:8080", "while ! test -f /ok; do sleep 0.05; done; exec httpd -f -p 127.0.0.1:8080 -h /")]
    public void Its_health_is_tested(string check, string script)
    {
        using OrdinaryUser user = OrdinaryUser.WithBusybox();
        user.Ok("run", "-d", "--name", "web", "--health-interval", "100ms", "--health-retries", "1", "--health-cmd", check, "busybox", "sh", "-c", script);

        user.Ok("wait", "--condition", "unhealthy", "web");
        user.Ok("exec", "web", "touch", "/ok");
        user.Ok("wait", "--condition", "healthy", "web");

        Assert.Contains("(healthy)", user.Ok("ps"), StringComparison.Ordinal);
        user.Ok("rm", "-f", "web");
        Assert.Empty(user.Leavings());
    }

    [KernelFact(OrdinaryUser.Usual)]
    public void An_unhealthy_container_is_started_again_where_that_is_asked()
    {
        using OrdinaryUser user = OrdinaryUser.WithBusybox();
        user.Ok("run", "-d", "--name", "web", "--init", "--health-interval", "100ms", "--health-retries", "1", "--health-on-failure", "restart",
            "--health-cmd", "false", "busybox", "sh", "-c", "echo run; sleep 1000");

        Instance.WaitFor(() => user.Ok("logs", "web").StartsWith("run\nrun\n", StringComparison.Ordinal), "it is not started again");

        user.Ok("rm", "-f", "web");
        Assert.Empty(user.Leavings());
    }

    [KernelFact(OrdinaryUser.Usual)]
    public void Files_are_copied_compared_exported_and_committed_with_the_users_ids()
    {
        using OrdinaryUser user = OrdinaryUser.WithBusybox();
        File.WriteAllText(user.Home + "/in", "in\n");
        user.Ok("run", "-d", "--name", "box", "busybox", "sh", "-c", "mkdir /data; echo out >/data/out; chown 5:6 /data/out; sleep 1000");
        Instance.WaitFor(() => user.Run("exec", "box", "test", "-s", "/data/out").ExitCode == 0, "it does not write");

        user.Ok("cp", "box:/data/out", user.Home + "/out");
        user.Ok("cp", user.Home + "/in", "box:/data/in");
        string changed = user.Ok("diff", "box");
        user.Ok("export", "-o", user.Home + "/all.tar", "box");
        user.Ok("commit", "box", "mine");

        Assert.Equal("out\n", File.ReadAllText(user.Home + "/out"));
        Assert.Contains("A /data/out\n", changed, StringComparison.Ordinal);
        Assert.Contains("data/in", user.RunOther("tar", "-tf", user.Home + "/all.tar").Ok().Output, StringComparison.Ordinal);
        Assert.Equal("5:6 0:0\n", user.Ok("run", "--rm", "mine", "sh", "-c", "echo $(stat -c %u:%g /data/out /data/in)"));
        user.Ok("rm", "-f", "box");
        user.Ok("rmi", "mine");
        Assert.Empty(user.Leavings());
    }

    [KernelFact(OrdinaryUser.Usual)]
    public void Processes_and_use_are_shown()
    {
        using OrdinaryUser user = OrdinaryUser.WithBusybox();
        user.Ok("run", "-d", "--name", "box", "busybox", "sleep", "1000");

        Assert.Contains("sleep 1000", user.Ok("top", "box"), StringComparison.Ordinal);
        Assert.Contains("sleep", user.Ok("top", "box", "pid,huser,comm"), StringComparison.Ordinal);
        Assert.StartsWith("box ", user.Ok("stats", "--no-stream", "--format", "{{.Name}} {{.PIDs}}", "box"), StringComparison.Ordinal);
        user.Ok("rm", "-f", "box");
    }
}
