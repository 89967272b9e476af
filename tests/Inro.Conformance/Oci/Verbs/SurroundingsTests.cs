using Inro.Conformance.Containers;
using Inro.KernelTests.Harness;
using Inro.Linux.Sockets;
using Microsoft.Win32.SafeHandles;
using Xunit;

namespace Inro.Conformance.Oci.Verbs;

/// <summary>What a container gets of its caller's: cgroups, sockets, readiness.</summary>
public sealed class SurroundingsTests
{
    [KernelFact(Bundle.Usual)]
    public void Without_a_cgroup_manager_the_process_stays_where_its_caller_is()
    {
        using var bundle = new Bundle();
        JsonPath.Put(bundle.Config, "linux.namespaces", """[ { "type": "pid" }, { "type": "mount" } ]""");
        JsonPath.Put(bundle.Config, "linux.resources", """{ "pids": { "limit": 50 } }""");
        bundle.Script("cat /proc/self/cgroup");

        string with = Run(bundle, "--cgroup-manager", "cgroupfs").Output;
        string without = Run(bundle, "--cgroup-manager", "disabled").Output;

        Assert.Contains(bundle.Id, with, StringComparison.Ordinal);
        Assert.Equal(File.ReadAllText("/proc/self/cgroup"), without);
        Assert.Contains("linux.resources is not applied: cgroups are disabled", File.ReadAllText(bundle.Log), StringComparison.Ordinal);
    }

    [KernelFact(Bundle.Usual)]
    public void A_container_without_cgroups_says_what_it_cannot()
    {
        using var bundle = new Bundle();
        bundle.Script("sleep 600");
        bundle.Create().Ok(); // writes config.json
        bundle.Oci("delete", "--force", bundle.Id).Ok();
        bundle.Wrapper = ["/bin/sh", "-c", "exec \"$@\" </dev/null >/dev/null", "sh"];
        bundle.Oci("--cgroup-manager=disabled", "run", "--detach", bundle.Id).Ok();
        bundle.Wrapper = [];

        Assert.Equal($"[{bundle.State("pid")}]\n", bundle.Oci("ps", "-f", "json", bundle.Id).Ok().Output);
        bundle.Refuses(1, "no mounted cgroup tree can freeze processes", "pause", bundle.Id);
        bundle.Refuses(1, "was made without cgroups", "update", "--memory", "5m", bundle.Id);
        bundle.Oci("exec", bundle.Id, "true").Ok();
    }

    [KernelFact(Bundle.Usual)]
    public void Sockets_of_the_service_manager_come_before_preserved_descriptors()
    {
        using var bundle = new Bundle();
        bundle.Script("echo $LISTEN_FDS $LISTEN_PID; cat <&3; cat <&4");
        bundle.Wrapper = ["/bin/sh", "-c", """exec 3<<A 4<<B; LISTEN_PID=$$ LISTEN_FDS=1 exec "$@"\nsocket\nA\nextra\nB""".Replace("\\n", "\n", StringComparison.Ordinal), "sh"];

        Assert.Equal("1 1\nsocket\nextra\n", bundle.Run("--preserve-fds", "1").Ok().Output);
    }

    [KernelFact(Bundle.Usual)]
    public void Sockets_of_another_process_are_not_passed_on()
    {
        using var bundle = new Bundle();
        bundle.Script("echo \"[$LISTEN_FDS]\"; ls /proc/self/fd | head -n 4 | tail -n 1");
        bundle.Wrapper = ["/bin/sh", "-c", "exec 9</etc/passwd; LISTEN_PID=1 LISTEN_FDS=1 exec \"$@\"", "sh"];

        Assert.StartsWith("[]\n", bundle.Run().Ok().Output, StringComparison.Ordinal);
    }

    [KernelFact(Bundle.Usual)]
    public void A_descriptor_that_is_not_open_is_not_preserved()
    {
        using var bundle = new Bundle();

        ToolResult result = bundle.Run("--preserve-fds", "900");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("is to be preserved, and is not open", result.Error, StringComparison.Ordinal);
    }

    [KernelTheory(Bundle.Usual)]
    [InlineData(true)]
    [InlineData(false)]
    public void Readiness_reaches_the_service_manager_and_its_socket_never_the_container(bool atOnce)
    {
        using var bundle = new Bundle();
        string path = bundle.Path + "/manager.sock";
        using SeqPacketSocket manager = SeqPacketSocket.BindDatagram(path);
        bundle.Script("echo $NOTIFY_SOCKET > /tmp/name; [ -S $NOTIFY_SOCKET ] && touch /tmp/there; ls -A /run/notify > /tmp/all; exec sleep 600");
        bundle.Wrapper = ["/bin/sh", "-c", $"NOTIFY_SOCKET={path} exec \"$@\"", "sh"];
        if (!atOnce) { bundle.Create().Ok(); }

        var caller = new Thread(() => _ = atOnce ? bundle.Detach() : bundle.Oci("start", bundle.Id));
        caller.Start();
        Instance.WaitFor(() => File.Exists(bundle.Rootfs + "/tmp/all"), "the container does not begin");
        Assert.True(caller.IsAlive); // the command waits for readiness
        using (SeqPacketSocket container = SeqPacketSocket.ConnectDatagram($"{bundle.State}/{bundle.Id}/notify/notify.sock"))
        {
            container.Send("STATUS=nearly"u8);
            container.Send("MAINPID=1\nREADY=1"u8);
        }

        string[] heard = [Hear(manager), Hear(manager), Hear(manager)];
        Assert.True(caller.Join(TimeSpan.FromSeconds(20)));
        bundle.Wrapper = [];

        Assert.Equal(["READY=1\n", $"MAINPID={bundle.State("pid")}\n", "BARRIER=1"], heard);
        Assert.Equal("/run/notify/notify.sock\n", File.ReadAllText(bundle.Rootfs + "/tmp/name"));
        Assert.Equal("notify.sock\n", File.ReadAllText(bundle.Rootfs + "/tmp/all"));
        Assert.True(File.Exists(bundle.Rootfs + "/tmp/there"));
    }

    private static string Hear(SeqPacketSocket manager)
    {
        byte[] buffer = new byte[256];
        var descriptors = new List<SafeFileHandle>();
        int length = manager.Receive(buffer, TimeSpan.FromSeconds(20), descriptors);
        foreach (SafeFileHandle descriptor in descriptors) { descriptor.Dispose(); }

        return System.Text.Encoding.UTF8.GetString(buffer, 0, Math.Max(0, length));
    }

    // Flags before the verb: the bundle's own command line has none of its own between.
    private static ToolResult Run(Bundle bundle, params string[] globals)
    {
        bundle.Create().Ok(); // writes config.json
        bundle.Oci("delete", "--force", bundle.Id).Ok();
        return bundle.Oci([.. globals, "run", bundle.Id]).Ok();
    }
}
