using System.Globalization;
using Inro.KernelTests.Harness;
using Xunit;

namespace Inro.Conformance.Containers;

/// <summary>Flags of run and create that podman has and docker has not: how long it may run, what it finds in its /etc, whose ids it has.</summary>
public sealed class PodmanRunTests
{
    [KernelFact(Instance.Usual)]
    public void A_container_is_killed_when_its_time_is_over_whoever_watches_it()
    {
        using Instance inro = Instance.WithBusybox();
        string id = inro.Ok("run", "-d", "--name", "adopted", "--timeout", "3", "busybox", "sleep", "1000").Trim();
        int shim = inro.ShimOf(id);
        Tool.Run("kill", ["-KILL", shim.ToString(CultureInfo.InvariantCulture)], TimeSpan.FromSeconds(5)).Ok();

        Assert.Equal(255, inro.Run("run", "--name", "short", "--timeout", "1", "busybox", "sleep", "1000").ExitCode);
        Assert.Equal("exited -1\n", inro.Ok("inspect", "-f", "{{.State.Status}} {{.State.ExitCode}}", "short"));
        Assert.Equal(3, inro.Run("run", "--rm", "--timeout", "1000", "busybox", "sh", "-c", "exit 3").ExitCode);
        Assert.Equal("-1\n", inro.Ok("wait", "adopted"));
        Assert.NotEqual(shim, inro.ShimOf(id));
    }

    [KernelFact(Instance.Usual)]
    public void Each_run_by_policy_has_its_time()
    {
        using Instance inro = Instance.WithBusybox();
        inro.Ok("run", "-d", "--name", "again", "--timeout", "1", "--restart", "on-failure:1", "busybox", "sleep", "1000");

        Instance.WaitFor(() => inro.Ok("inspect", "-f", "{{.State.Status}} {{.RestartCount}} {{.State.ExitCode}}", "again") == "exited 1 -1\n", "the second run was not killed");
    }

    [KernelFact(Instance.Usual)]
    public void Files_have_the_pids_while_it_runs()
    {
        using Instance inro = Instance.WithBusybox();
        (string own, string shim) = (inro.Beside("own.pid"), inro.Beside("shim.pid"));
        string id = inro.Ok("run", "-d", "--name", "web", "--stop-signal", "KILL", "--pidfile", own, "--conmon-pidfile", shim, "busybox", "sleep", "1000").Trim();

        Assert.Equal(inro.Ok("inspect", "-f", "{{.State.Pid}}", "web").Trim(), File.ReadAllText(own));
        Assert.Equal(inro.ShimOf(id).ToString(CultureInfo.InvariantCulture), File.ReadAllText(shim));
        inro.Ok("stop", "web");
        Assert.False(File.Exists(own) || File.Exists(shim));
        inro.Ok("start", "web");
        Assert.Equal(inro.Ok("inspect", "-f", "{{.State.Pid}}", "web").Trim(), File.ReadAllText(own));
        Assert.Contains("the pid cannot be written to", inro.Run("run", "--rm", "--pidfile", inro.Beside("no/such/directory"), "busybox", "true").Error, StringComparison.Ordinal);
    }

    [KernelFact(Instance.Usual)]
    public void The_files_of_the_network_are_the_images_begin_otherwise_or_stand_in_a_jail_too()
    {
        using Instance inro = Instance.WithBusybox();
        string jail = inro.Ok("run", "--rm", "-h", "box", "--chrootdirs", "/jail", "busybox", "cat", "/jail/etc/hostname", "/etc/hostname");
        string base1 = inro.Beside("hosts");
        File.WriteAllText(base1, "9.9.9.9 nine");

        Assert.Equal("box\nbox\n", jail);
        Assert.Equal("1.2.3.4\ta\n", inro.Ok("run", "--rm", "--hosts-file", "none", "--add-host", "a:1.2.3.4", "busybox", "cat", "/etc/hosts"));
        Assert.Equal("9.9.9.9 nine\n1.2.3.4\ta\n", inro.Ok("run", "--rm", "--hosts-file", base1, "--add-host", "a:1.2.3.4", "busybox", "cat", "/etc/hosts"));
        Assert.Equal("", inro.Ok("run", "--rm", "--hosts-file", "image", "busybox", "cat", "/etc/hosts"));
        Assert.Equal("0\n", inro.Run("run", "--rm", "--no-hosts", "--no-hostname", "--dns", "none", "busybox", "grep", "-c", "-E", " /etc/(hosts|hostname|resolv.conf) ", "/proc/self/mountinfo").Output);
        Assert.Equal("3\n", inro.Ok("run", "--rm", "busybox", "grep", "-c", "-E", " /etc/(hosts|hostname|resolv.conf) ", "/proc/self/mountinfo"));
    }

    [KernelFact(Instance.Usual)]
    public void Users_whom_the_image_does_not_know_get_lines()
    {
        using Instance inro = Instance.WithBusybox();
        string[] look = ["busybox", "sh", "-c", "tail -n1 /etc/passwd; tail -n1 /etc/group; id -un"];

        Assert.Equal("4321:*:4321:5:container user:/:/bin/sh\n5:x:5:4321\n4321\n", inro.Ok(["run", "--rm", "--passwd", "-u", "4321:5", .. look]));
        Assert.Equal("me:*:4321:0::/here:/bin/sh\nus:x:4322:me\nme\n", inro.Ok(["run", "--rm", "--passwd-entry", "me:*:$UID:0::/here:/bin/sh", "--group-entry", "us:x:$GID:me", "-u", "4321:4322", .. look]));
        Assert.DoesNotContain("4321", inro.Ok("run", "--rm", "-u", "4321", "busybox", "cat", "/etc/passwd"), StringComparison.Ordinal);
        Assert.DoesNotContain("65534:*", inro.Ok("run", "--rm", "--passwd", "-u", "65534", "busybox", "cat", "/etc/passwd"), StringComparison.Ordinal);
        Assert.Contains("the host has no such user", inro.Run("run", "--rm", "--hostuser", "nosuchuser", "busybox", "true").Error, StringComparison.Ordinal);
    }

    [KernelFact(Instance.Usual)]
    public void A_user_of_the_host_is_known_inside()
    {
        using Instance inro = Instance.WithBusybox();
        string[] known = [.. inro.Ok("run", "--rm", "busybox", "cat", "/etc/passwd").Split('\n').Where(static l => l.Length > 0).Select(static l => l.Split(':')[2])];
        string[]? other = File.ReadLines("/etc/passwd").Select(static l => l.Split(':')).FirstOrDefault(f => f.Length > 6 && !known.Contains(f[2]));
        Assert.SkipUnless(other is not null, "needs a user of the host whom the test image does not have");

        Assert.EndsWith($"\n{other[0]}:*:{other[2]}:{other[3]}:{other[0]}:{other[5]}:/bin/sh\n", inro.Ok("run", "--rm", "--hostuser", other[0], "busybox", "cat", "/etc/passwd"), StringComparison.Ordinal);
        Assert.Contains($"({other[0]})", inro.Ok("run", "--rm", "--hostuser", other[2], "-u", other[0], "busybox", "id"), StringComparison.Ordinal);
    }

    [KernelFact(Instance.Usual)]
    public void Variables_are_made_of_the_images_and_of_the_hosts_proxies()
    {
        using Instance inro = Instance.WithBusybox();
        inro.Ok("create", "--name", "base", "busybox", "true");
        inro.Ok("commit", "-c", "ENV GREETING=hi", "base", "greeting");
        inro.Environment["http_proxy"] = "http://proxy.example:1";

        string merged = inro.Ok("run", "--rm", "--http-proxy", "--env-merge", "GREETING=${GREETING} you", "--env-merge", "PATH=$PATH:/opt", "greeting", "env");

        Assert.Contains("GREETING=hi you\n", merged, StringComparison.Ordinal);
        Assert.Contains("http_proxy=http://proxy.example:1\n", merged, StringComparison.Ordinal);
        Assert.DoesNotContain("http_proxy", inro.Ok("run", "--rm", "greeting", "env"), StringComparison.Ordinal);
    }

    [KernelFact(Instance.Usual)]
    public void Places_to_write_are_made_over_a_read_only_root_and_for_the_images_volumes()
    {
        using Instance inro = Instance.WithBusybox();
        inro.Ok("create", "--name", "base", "busybox", "true");
        inro.Ok("commit", "-c", "VOLUME /data", "base", "data");
        string[] look = ["data", "sh", "-c", "grep -o ' /data .*tmpfs' /proc/self/mountinfo | wc -l; mount | grep -c ' /data '"];

        Assert.Equal("no\n", inro.Ok("run", "--rm", "--read-only", "--read-only-tmpfs", "busybox", "sh", "-c", "touch /run/a /tmp/b /var/tmp/c && touch /x 2>/dev/null || echo no"));
        Assert.Equal("1\n1\n", inro.Ok(["run", "--rm", "--image-volume", "tmpfs", .. look]));
        Assert.Equal("0\n0\n", inro.Run(["run", "--rm", "--image-volume", "ignore", .. look]).Output);
        Assert.Equal("0\n1\n", inro.Ok(["run", "--rm", .. look]));
    }

    [KernelFact(Instance.Usual)]
    public void A_program_of_the_hosts_is_put_first_and_a_domain_is_chosen()
    {
        using Instance inro = Instance.WithBusybox();
        string init = inro.Beside("init");
        File.WriteAllText(init, "#!/bin/sh\nshift\necho first\nexec \"$@\"\n");
        File.SetUnixFileMode(init, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        Assert.Equal("first\nsecond\n", inro.Ok("run", "--rm", "--init", "--init-path", init, "busybox", "echo", "second"));
        string plain = inro.Ok("run", "--rm", "--personality", "LINUX", "busybox", "uname", "-m");
        string other = inro.Ok("run", "--rm", "--personality", "linux32", "busybox", "uname", "-m");
        Assert.NotEqual(plain, other);
    }

    [KernelFact(Instance.Usual)]
    public void Ids_of_its_user_namespace_are_given_one_by_one()
    {
        using Instance inro = Instance.WithBusybox();

        string users = inro.Ok("run", "--rm", "--uidmap", "0:70000:1000", "--uidmap", "1000:80000", "busybox", "cat", "/proc/self/uid_map", "/proc/self/gid_map");
        string[] words = users.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(["0", "70000", "1000", "1000", "80000", "1", "0", "70000", "1000", "1000", "80000", "1"], words);
        Assert.Contains("invalid user mode", inro.Run("run", "--rm", "--uidmap", "0:1:10", "--uidmap", "5:100:10", "busybox", "true").Error, StringComparison.Ordinal);
    }

    [KernelFact(Instance.Usual)]
    public void A_startup_check_comes_first_and_starts_again_what_does_not_pass_it()
    {
        using Instance inro = Instance.WithBusybox();
        inro.Ok(["run", "-d", "--name", "web", .. Checks, "--health-startup-success", "2", "busybox", "sleep", "1000"]);
        inro.Ok(["run", "-d", "--name", "bad", .. Checks, "--health-startup-retries", "2", "--stop-signal", "KILL", "busybox", "sleep", "1000"]);

        Instance.WaitFor(() => inro.Ok("events", "--stream=false", "--filter", "container=bad", "--filter", "event=restart").Length > 0, "it was not started again");
        Assert.Equal("starting\n", inro.Ok("inspect", "-f", "{{.State.Health.Status}}", "web"));
        inro.Ok("exec", "web", "touch", "/up");
        inro.Ok("wait", "--condition", "healthy", "web");
        Instance.WaitFor(() => inro.Ok("inspect", "-f", "{{range .State.Health.Log}}{{.Output}} {{end}}", "web") == "mai mai \n", "other results are kept");
        Assert.Contains("needs a health check that follows", inro.Run("create", "--health-startup-cmd", "true", "busybox").Error, StringComparison.Ordinal);
        Instance.WaitFor(() => inro.Run("exec", "bad", "touch", "/up").ExitCode == 0, "it never runs");
        inro.Ok("wait", "--condition", "healthy", "bad"); // it is not started again any more
        inro.Ok("rm", "-f", "bad", "web");
    }

    [KernelFact(Instance.Usual)]
    public void A_pull_is_made_as_it_is_told_and_an_image_that_is_here_serves_where_nobody_answers()
    {
        using Instance inro = Instance.WithBusybox();
        inro.Ok("tag", "busybox", "127.0.0.1:1/here");

        Assert.Equal("ok\n", inro.Ok("run", "--rm", "--pull", "newer", "--retry", "0", "127.0.0.1:1/here", "echo", "ok"));
        ToolResult missing = inro.Run("run", "--rm", "--retry", "1", "--retry-delay", "10ms", "--tls-verify=false", "--authfile", inro.Beside("none.json"), "127.0.0.1:1/nosuch", "true");
        Assert.Equal(125, missing.ExitCode);
        Assert.Contains("127.0.0.1:1", missing.Error, StringComparison.Ordinal);
    }

    private static string[] Checks => ["--health-cmd", "echo main", "--health-interval", "100ms", "--health-startup-cmd", "test -f /up", "--health-startup-interval", "100ms", "--health-max-log-count", "2", "--health-max-log-size", "3"];
}
