using System.Globalization;
using System.Text.Json;
using Inro.KernelTests.Harness;
using Inro.KernelTests.Images.Support;
using Xunit;

namespace Inro.Conformance.Containers;

/// <summary>The same commands as an ordinary user types them.</summary>
public sealed class RootlessTests
{
    private const string Forever = "trap 'exit 3' TERM; echo ready; while :; do sleep 0.05; done";

    [KernelTheory(OrdinaryUser.Usual)]
    [InlineData(true)]
    [InlineData(false)]
    public void A_container_is_started_listed_read_entered_stopped_and_removed(bool hasRuntimeDirectory)
    {
        using OrdinaryUser user = OrdinaryUser.WithBusybox(new UserChoices { HasRuntimeDirectory = hasRuntimeDirectory });

        string id = user.Ok("run", "-d", "--name", "box", "busybox", "sh", "-c", Forever).TrimEnd('\n');

        Assert.Matches("^[0-9a-f]{64}$", id);
        Assert.Contains(id[..12], user.Ok("ps"), StringComparison.Ordinal);
        Instance.WaitFor(() => user.Ok("logs", "box") == "ready\n", "the log does not say ready");
        Assert.Equal("0\n", user.Ok("exec", "box", "id", "-u"));
        Assert.Equal(9, user.Run("exec", "box", "sh", "-c", "exit 9").ExitCode);
        Assert.Equal(1, user.Run("rm", "box").ExitCode); // it runs
        Assert.Equal("box\n", user.Ok("stop", "box"));
        Assert.Contains("Exited (3)", user.Ok("ps", "-a"), StringComparison.Ordinal);
        Assert.Equal("box\n", user.Ok("rm", "box"));
        Assert.Empty(user.Ok("ps", "-a", "-q"));
        Assert.Empty(user.Leavings());
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            File.GetUnixFileMode(hasRuntimeDirectory ? user.RuntimeDirectory + "/inro" : user.RuntimeDirectory));
    }

    [KernelTheory(OrdinaryUser.Usual)]
    [InlineData("exit 0", 0)]
    [InlineData("exit 7", 7)]
    [InlineData("kill -TERM $$ & wait; exec nosuch", 127)]
    public void The_programs_exit_code_is_runs_own(string script, int code)
    {
        using OrdinaryUser user = OrdinaryUser.WithBusybox();

        Assert.Equal(code, user.Run("run", "--rm", "busybox", "sh", "-c", script).ExitCode);
    }

    [KernelTheory(OrdinaryUser.Usual)]
    [InlineData("nosuch", 127, "executable file not found")]
    [InlineData("/etc/passwd", 126, "permission denied")]
    public void What_cannot_be_started_ends_with_the_shells_codes(string program, int code, string text)
    {
        using OrdinaryUser user = OrdinaryUser.WithBusybox();

        ToolResult result = user.Run("run", "--rm", "busybox", program);

        Assert.Equal(code, result.ExitCode);
        Assert.Contains(text, result.Error, StringComparison.Ordinal);
        Assert.Empty(user.Leavings());
    }

    [KernelTheory(OrdinaryUser.Usual | Needs.FuseOverlay)]
    [InlineData("keep-id", null)]
    [InlineData("keep-id:uid=5,gid=7", "5:7")]
    public void A_user_keeps_the_own_id_or_gets_another_one_and_the_images_files_stay_roots(string mode, string? inside)
    {
        using OrdinaryUser user = OrdinaryUser.WithBusybox(new UserChoices { HasFuse = true });
        string own = $"{Text(user.Id)}:{Text(user.Id)}";
        string shared = user.Home + "/shared";

        string seen = user.Ok("run", "--rm", "--userns", mode, "-v", shared + ":/shared", "busybox", "sh", "-c", "echo $(id -u):$(id -g); stat -c %u:%g /bin/busybox /shared; touch /shared/new; cat /proc/self/setgroups");

        Assert.Equal($"{inside ?? own}\n0:0\n{inside ?? own}\nallow\n", seen);
        Assert.Equal(own, Tool.Run("stat", ["-c", "%u:%g", shared + "/new"], TimeSpan.FromSeconds(10)).Ok().Output.Trim());
        Assert.Equal("0 5:9\n", user.Ok("run", "--rm", "--userns", mode, "--user", "0", "busybox", "sh", "-c", "touch /new; chown 5:9 /new; echo $(id -u) $(stat -c %u:%g /new)"));
    }

    [KernelFact(OrdinaryUser.Usual | Needs.FuseOverlay)]
    public void A_user_whose_id_is_kept_has_a_name_inside()
    {
        using OrdinaryUser user = OrdinaryUser.WithBusybox(new UserChoices { HasFuse = true });
        string[] look = ["busybox", "sh", "-c", "tail -n1 /etc/passwd; tail -n1 /etc/group; echo $HOME"];
        string id = Text(user.Id);

        string[] named = user.Ok(["run", "--rm", "--userns", "keep-id", "-w", "/tmp", .. look]).Split('\n');
        string plain = user.Ok(["run", "--rm", "--userns", "keep-id", "--passwd=false", .. look]);

        Assert.Matches($"^[^:]+:\\*:{id}:{id}:[^:]+:/tmp:/bin/sh$", named[0]);
        Assert.Matches($"^[^:]+:x:{id}:[^:]+$", named[1]);
        Assert.Equal("/tmp", named[2]);
        Assert.DoesNotContain(id, plain, StringComparison.Ordinal);
    }

    [KernelFact(OrdinaryUser.Usual)]
    public void The_users_own_id_is_root_inside_and_the_subordinate_ids_are_the_others()
    {
        using OrdinaryUser user = OrdinaryUser.WithBusybox();

        string[] map = user.Ok("run", "--rm", "busybox", "cat", "/proc/self/uid_map").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(["0", Text(user.Id), "1", "1", Text(user.FirstOwnId), "65536"], map);
        Assert.Equal("0 0\n", user.Ok("run", "--rm", "busybox", "sh", "-c", "echo $(id -u) $(id -g)"));
        Assert.Equal("1000 1000\n", user.Ok("run", "--rm", "-u", "1000:1000", "busybox", "sh", "-c", "echo $(id -u) $(id -g)"));
        Assert.Equal("65534 65534\n", user.Ok("run", "--rm", "-u", "nobody", "busybox", "sh", "-c", "echo $(id -u) $(id -g)"));
        Assert.Equal("CapEff:\t00000000a80425fb\nSeccomp:\t2\n", user.Ok("run", "--rm", "busybox", "grep", "-E", "^(CapEff|Seccomp):", "/proc/self/status"));
    }

    [KernelFact(OrdinaryUser.Usual)]
    public void Files_of_a_layer_keep_owners_links_and_modes()
    {
        TarWriter layer = new TarWriter().File("data", "x", mode: 0x1A0, uid: 1000, gid: 50).File("last", "y", uid: 65535, gid: 65534).HardLink("same", "data");
        using OrdinaryUser user = OrdinaryUser.WithImage(TestImages.BusyboxImage().Layer(layer));

        Assert.Equal("1000:50 640 2\n65535:65534 644 1\n", user.Ok("run", "--rm", "busybox", "stat", "-c", "%u:%g %a %h", "/data", "/last"));
        Assert.Equal("x", user.Ok("run", "--rm", "-u", "1000", "busybox", "cat", "/same"));
        Assert.Equal("1000\n", user.Ok("run", "--rm", "busybox", "sh", "-c", "touch /new; chown 1000 /new; stat -c %u /new"));
    }

    [KernelFact(OrdinaryUser.Usual)]
    public void The_network_is_the_loopback_or_the_hosts()
    {
        using OrdinaryUser user = OrdinaryUser.WithBusybox();
        string[] links = [.. Directory.EnumerateDirectories("/sys/class/net").Select(d => Path.GetFileName(d)!).Order(StringComparer.Ordinal)];

        Assert.Equal("lo\n", user.Ok("run", "--rm", "--network", "none", "busybox", "ls", "/sys/class/net"));
        Assert.Equal(links, user.Ok("run", "--rm", "--network", "host", "busybox", "ls", "/sys/class/net").Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));
        Assert.Contains("127.0.0.1", user.Ok("run", "--rm", "--network", "none", "busybox", "ip", "-4", "address", "show", "lo"), StringComparison.Ordinal);
    }

    [KernelFact(OrdinaryUser.Usual)]
    public void A_volume_and_a_bind_are_shared_and_a_read_only_root_is_not_written()
    {
        using OrdinaryUser user = OrdinaryUser.WithBusybox();

        user.Ok("run", "--rm", "-v", "store:/data", "busybox", "sh", "-c", "echo kept > /data/file; chown 1000 /data/file");
        Assert.Equal("kept\n", user.Ok("run", "--rm", "-u", "1000", "-v", "store:/data:ro", "busybox", "cat", "/data/file"));
        user.Ok("run", "--rm", "-v", $"{user.Home}:/home", "busybox", "touch", "/home/made");
        Assert.Equal(Text(user.Id), Tool.Run("stat", ["-c", "%u", user.Home + "/made"], TimeSpan.FromSeconds(5)).Ok().Output.Trim());
        ToolResult refused = user.Run("run", "--rm", "--read-only", "busybox", "touch", "/x");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("Read-only file system", refused.Error, StringComparison.Ordinal);
        Assert.Empty(user.Leavings());
    }

    [KernelFact(OrdinaryUser.Usual)]
    public void A_container_whose_shim_was_killed_runs_on_and_is_entered_stopped_and_removed()
    {
        using OrdinaryUser user = OrdinaryUser.WithBusybox();
        string id = user.Ok("run", "-d", "-u", "1000", "--name", "box", "busybox", "sh", "-c", Forever).Trim();
        KillShim(user, id);

        Assert.Contains("Up ", user.Ok("ps"), StringComparison.Ordinal);
        Assert.Equal("1000\n", user.Ok("exec", "box", "id", "-u"));
        Assert.Equal("box\n", user.Ok("stop", "box"));
        Assert.Matches(@"Exited \((3|unknown)\)", user.Ok("ps", "-a"));
        Assert.Equal("ready\n", user.Ok("logs", "box"));
        user.Ok("rm", "box");
        Assert.Empty(user.Leavings());
    }

    [KernelFact(OrdinaryUser.Usual)]
    public void Removing_a_container_whose_shim_was_killed_ends_its_processes()
    {
        using OrdinaryUser user = OrdinaryUser.WithBusybox();
        string id = user.Ok("run", "-d", "--name", "box", "busybox", "sleep", "300").Trim();
        KillShim(user, id);

        Assert.Equal("box\n", user.Ok("rm", "-f", "box"));

        Assert.Empty(user.Leavings()); // and the leak check finds no process
    }

    [KernelFact(OrdinaryUser.Usual)]
    public void A_user_without_subordinate_ids_is_told_how_to_get_some()
    {
        using OrdinaryUser user = OrdinaryUser.Create(new UserChoices { HasIds = false });

        ToolResult result = user.Run("run", "--rm", "busybox", "true");

        Assert.Equal(125, result.ExitCode);
        Assert.Contains("user tester owns no ids in /etc/subuid", result.Error, StringComparison.Ordinal);
        Assert.Contains("try: sudo usermod --add-subuids", result.Error, StringComparison.Ordinal);
    }

    [KernelFact(OrdinaryUser.Usual)]
    public void A_host_without_newuidmap_is_named_with_the_package_that_has_it()
    {
        using OrdinaryUser user = OrdinaryUser.Create(new UserChoices { HasHelpers = false });

        ToolResult result = user.Run("run", "--rm", "busybox", "true");

        Assert.Equal(125, result.ExitCode);
        Assert.Contains("newuidmap is not installed", result.Error, StringComparison.Ordinal);
        Assert.Contains("try: install it (Debian: apt-get install uidmap)", result.Error, StringComparison.Ordinal);
    }

    [KernelFact(OrdinaryUser.Usual)]
    public void A_limit_that_only_root_can_set_here_is_refused_and_said_so()
    {
        using OrdinaryUser user = OrdinaryUser.WithBusybox();

        ToolResult result = user.Run("run", "--rm", "-m", "64m", "busybox", "true");

        Assert.Equal(125, result.ExitCode);
        Assert.Contains("not delegated to this user", result.Error, StringComparison.Ordinal);
        Assert.Contains("try: delegate the controller, or leave the limit out", result.Error, StringComparison.Ordinal);
        Assert.Empty(user.Leavings());
    }

    private static void KillShim(OrdinaryUser user, string id)
    {
        using JsonDocument status = JsonDocument.Parse(File.ReadAllBytes($"{user.RuntimeDirectory}/inro/containers/{id}/status.json"));
        string shim = Text(status.RootElement.GetProperty("shimPid").GetInt32());
        Tool.Run("kill", ["-KILL", shim], TimeSpan.FromSeconds(5)).Ok();
        Instance.WaitFor(() => user.Run("logs", "box").ExitCode == 0, "the next command fails");
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
