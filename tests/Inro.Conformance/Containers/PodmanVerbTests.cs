using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Inro.KernelTests.Harness;
using Xunit;

namespace Inro.Conformance.Containers;

/// <summary>Verbs and flags around containers that podman has and docker has not.</summary>
public sealed class PodmanVerbTests
{
    [KernelFact(Instance.Usual)]
    public void A_script_asks_whether_a_container_is_there()
    {
        using Instance inro = Instance.WithBusybox();
        inro.Ok("create", "--name", "web", "busybox", "true");

        Assert.Equal((0, ""), Said(inro.Run("container", "exists", "web")));
        Assert.Equal((1, ""), Said(inro.Run("container", "exists", "nosuch")));
    }

    [KernelFact(Instance.Usual)]
    public void The_last_container_is_looked_at_and_mounted_without_its_name()
    {
        using Instance inro = Instance.WithBusybox();
        inro.Ok("create", "--name", "old", "busybox", "true");
        inro.Ok("create", "--name", "new", "busybox", "true");

        Assert.Equal("/new\n", inro.Ok("inspect", "--latest", "-f", "{{.Name}}"));
        Assert.Equal("/new\n", inro.Ok("container", "inspect", "-l", "-f", "{{.Name}}"));
        Assert.True(File.Exists(inro.Ok("mount", "--latest").Trim() + "/bin/busybox"));
        Assert.NotEmpty(inro.Ok("mount", "--no-trunc"));
        Assert.NotEmpty(inro.Ok("unmount", "-l"));
        Assert.Empty(inro.Ok("mount"));
        Assert.Empty(inro.Ok("port", "--all"));
        Assert.Equal(1, inro.Run("port", "--all", "new").ExitCode);
    }

    [KernelFact(Instance.Usual)]
    public void Events_that_are_past_are_printed_and_no_more()
    {
        using Instance inro = Instance.WithBusybox();
        string id = inro.Ok("create", "--name", "web", "busybox", "true").Trim();

        string whole = inro.Ok("events", "--stream=false", "--filter", "event=create");
        string cut = inro.Ok("events", "--stream=false", "--no-trunc=false", "--filter", "event=create");

        Assert.Contains($"container create {id} (", whole, StringComparison.Ordinal);
        Assert.Contains($"container create {id[..12]} (", cut, StringComparison.Ordinal);
    }

    [KernelFact(Instance.Usual)]
    public void Logs_of_several_have_colors_and_readings_stand_below_each_other()
    {
        using Instance inro = Instance.WithBusybox();
        foreach (string name in (string[])["one1", "two2"]) { inro.Ok("run", "--name", name, "busybox", "echo", "from " + name); }

        string logs = inro.Ok("logs", "--color", "--names", "one1", "two2");
        using StartedInro stats = inro.Start("stats", "--all", "--no-reset", "--format", "{{.Name}}");
        Instance.WaitFor(() => stats.Output.Split("one1\n").Length > 2, "there is no second reading");

        Assert.Equal("\u001b[31mone1 \u001b[0mfrom one1\n\u001b[32mtwo2 \u001b[0mfrom two2\n", logs);
        Assert.DoesNotContain("\u001b", stats.Output, StringComparison.Ordinal);
    }

    [KernelFact(Instance.Usual)]
    public void An_update_changes_what_the_next_start_has()
    {
        using Instance inro = Instance.WithBusybox();
        inro.Ok("run", "-d", "--name", "web", "--stop-signal", "KILL", "-e", "OLD=1", "busybox", "sleep", "1000");

        inro.Ok("update", "--latest", "--env", "NEW=2", "--unsetenv", "OLD", "--ulimit", "nofile=77:88", "--health-cmd", "false", "--health-interval", "100ms", "--health-retries", "1");
        inro.Ok("restart", "-t", "0", "web");

        string seen = inro.Ok("exec", "--no-session", "web", "sh", "-c", "tr '\\0' '\\n' </proc/1/environ; grep 'open files' /proc/1/limits");
        Assert.Contains("NEW=2\n", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("OLD=", seen, StringComparison.Ordinal);
        Assert.Matches("77 +88", seen);
        inro.Ok("wait", "--condition", "unhealthy", "web");
        Assert.Equal((1, "unhealthy\n"), Said(inro.Run("healthcheck", "run", "web")));
        Assert.Equal((0, "unhealthy\n"), Said(inro.Run("healthcheck", "run", "--ignore-result", "web")));
        inro.Ok("update", "--no-healthcheck", "web");
        inro.Ok("restart", "-t", "0", "web");
        Assert.Contains("no defined healthcheck", inro.Run("healthcheck", "run", "web").Error, StringComparison.Ordinal);
    }

    [KernelFact(Instance.Usual)]
    public void An_exec_has_the_descriptors_that_the_command_was_given()
    {
        using Instance inro = Instance.WithBusybox();
        inro.Ok("run", "-d", "--name", "web", "--stop-signal", "KILL", "busybox", "sleep", "1000");
        string file = inro.Beside("given");
        File.WriteAllText(file, "through\n");
        string command = $"exec '{InroProcess.Binary}' --root '{inro.Root}' exec --preserve-fds 2 web sh -c 'cat <&4; ls /proc/self/fd | wc -l' 3</dev/null 4<'{file}' 5</dev/null";

        ToolResult given = Tool.Run("/bin/sh", ["-c", command], TimeSpan.FromSeconds(20)).Ok();

        Assert.Equal("through\n6\n", given.Output); // 0 to 4, and that of the list
        Assert.Contains("is not available", inro.Run("exec", "--preserve-fds", "64", "web", "true").Error, StringComparison.Ordinal);
    }

    [KernelFact(Instance.Usual)]
    public void A_unit_is_printed_as_json()
    {
        using Instance inro = Instance.WithBusybox();
        inro.Ok("create", "--name", "web", "busybox", "true");

        using var unit = JsonDocument.Parse(inro.Ok("generate", "systemd", "--name", "--format", "json", "web"));

        Assert.StartsWith("# container-web.service\n", unit.RootElement.GetProperty("container-web").GetString(), StringComparison.Ordinal);
    }

    [KernelFact(Instance.Usual)]
    public void A_unit_makes_the_container_anew_by_the_command_line_that_made_it()
    {
        using Instance inro = Instance.WithBusybox();
        inro.Ok("run", "-d", "-i", "--name", "web", "-eA=50%$x \"q\"", "--restart=always", "--rm=false", "busybox", "sh", "-c", "echo a; echo b");

        string[] unit = inro.Ok("generate", "systemd", "--new", "--name", "web").Split('\n');

        Assert.Contains("ExecStartPre=/bin/rm -f %t/%n.ctr-id", unit);
        Assert.EndsWith(" run --rm --sdnotify=conmon --cidfile=%t/%n.ctr-id --replace --name=web \"--env=A=50%%$$x \\\"q\\\"\" busybox sh -c \"echo a; echo b\"", Assert.Single(unit, static l => l.StartsWith("ExecStart=", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.EndsWith(" rm --force --ignore --time 10 --cidfile=%t/%n.ctr-id", Assert.Single(unit, static l => l.StartsWith("ExecStopPost=", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Contains($"WorkingDirectory={Environment.CurrentDirectory}", unit);
        inro.Ok("rm", "-f", "web");
    }

    [KernelFact(Instance.Usual)]
    public void The_service_manager_hears_that_the_container_runs_and_which_process_stays()
    {
        using Instance inro = Instance.WithBusybox();
        string path = inro.Beside("notify");
        using var manager = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        manager.Bind(new UnixDomainSocketEndPoint(path));
        manager.ReceiveTimeout = (int)TimeSpan.FromSeconds(10).TotalMilliseconds;
        inro.Environment["NOTIFY_SOCKET"] = path;

        string id = inro.Ok("run", "-d", "--sdnotify", "conmon", "busybox", "sleep", "1000").Trim();

        byte[] heard = new byte[256];
        Assert.Equal($"MAINPID={inro.ShimOf(id)}\nREADY=1\n", Encoding.ASCII.GetString(heard, 0, manager.Receive(heard)));
    }

    private static (int ExitCode, string Output) Said(ToolResult result) => (result.ExitCode, result.Output);
}
