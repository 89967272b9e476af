using Inro.KernelTests.Harness;
using Xunit;

namespace Inro.Conformance.Containers;

/// <summary><c>inro stats</c>, <c>top</c>, <c>update</c> and <c>port</c>.</summary>
public sealed class UsageVerbTests
{
    [KernelFact(Instance.Usual)]
    public void Stats_show_what_a_container_uses()
    {
        using Instance inro = Instance.WithBusybox();
        inro.Ok("run", "-d", "--name", "busy", "-m", "64m", "busybox", "sh", "-c", "while :; do :; done");
        inro.Ok("create", "--name", "idle", "busybox");

        string[] row = inro.Ok("stats", "--no-stream", "--format", "{{.Name}}|{{.CPUPerc}}|{{.MemUsage}}|{{.PIDs}}|{{.NetIO}}", "busy").Trim().Split('|');
        string all = inro.Ok("stats", "-a", "--no-stream", "--format", "{{.Name}} {{.CPUPerc}}");
        string json = inro.Ok("stats", "--no-stream", "--format", "json");

        Assert.Equal(("busy", "1", "0B / 0B"), (row[0], row[3], row[4]));
        Assert.True(double.Parse(row[1].TrimEnd('%'), System.Globalization.CultureInfo.InvariantCulture) > 1, row[1]);
        Assert.EndsWith("/ 64MiB", row[2], StringComparison.Ordinal);
        Assert.Contains("idle --", all, StringComparison.Ordinal);
        Assert.Contains("\"PIDs\":\"1\"", json, StringComparison.Ordinal);
        inro.Ok("rm", "-f", "busy", "idle");
    }

    [KernelFact(Instance.Usual)]
    public void Top_takes_nothing_options_of_ps_and_descriptors()
    {
        using Instance inro = Instance.WithBusybox();
        inro.Ok("run", "-d", "--name", "web", "--user", "0:0", "--cap-drop", "ALL", "--cap-add", "CHOWN", "busybox", "sleep", "1000");
        string pid = inro.Ok("inspect", "-f", "{{.State.Pid}}", "web").Trim();

        string[] full = inro.Ok("top", "web").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string[] named = inro.Ok("top", "web", "hpid", "pid,user", "capeff", "seccomp", "comm").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        ToolResult without = inro.Run("top", "web", "-o", "comm");

        Assert.Matches("^UID +PID +PPID +C +STIME +TTY +TIME +CMD$", full[0]);
        Assert.Contains(pid, full[1], StringComparison.Ordinal);
        Assert.EndsWith("sleep 1000", full[1], StringComparison.Ordinal);
        Assert.Equal(["HPID", "PID", "USER", "EFFECTIVE", "CAPS", "SECCOMP", "COMMAND"], named[0].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal([pid, "1", "root", "CHOWN", "filter", "sleep"], named[1].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("Couldn't find PID field in ps output", without.Error, StringComparison.Ordinal);
        inro.Ok("rm", "-f", "web");
        Assert.NotEqual(0, inro.Run("top", "web").ExitCode);
    }

    [KernelFact(Instance.Usual)]
    public void An_update_holds_at_once_and_after_the_next_start()
    {
        using Instance inro = Instance.WithBusybox();
        inro.Ok("run", "-d", "--name", "web", "busybox", "sleep", "1000");

        inro.Ok("update", "-m", "64m", "--memory-swap", "-1", "--pids-limit", "33", "--cpus", "0.5", "web");
        string limits = Limits(inro);
        inro.Ok("restart", "-t", "0", "web");
        ToolResult none = inro.Run("update", "web");
        ToolResult wrong = inro.Run("update", "-m", "1m", "web");

        Assert.Equal(limits, Limits(inro));
        Assert.Equal("64MiB 67108864 33 500000000\n", limits);
        Assert.Contains("you must provide one or more flags", none.Error, StringComparison.Ordinal);
        Assert.Contains("Minimum memory limit allowed is 6MB", wrong.Error, StringComparison.Ordinal);
        inro.Ok("rm", "-f", "web");
    }

    [KernelFact(Instance.Usual)]
    public void Nothing_is_published_without_a_network()
    {
        using Instance inro = Instance.WithBusybox();
        ToolResult kept = inro.Run("run", "-d", "--name", "web", "--network", "none", "-p", "8080:80", "busybox", "sleep", "1000");

        Assert.Contains("Published ports are discarded when using none network mode", kept.Error, StringComparison.Ordinal);
        Assert.Empty(inro.Ok("port", "web"));
        Assert.Contains("No public port '80/tcp' published for web", inro.Run("port", "web", "80").Error, StringComparison.Ordinal);
        inro.Ok("rm", "-f", "web");
    }

    [KernelFact(Instance.Usual)]
    public void Namespaces_of_another_container_are_joined()
    {
        using Instance inro = Instance.WithBusybox();
        inro.Ok("run", "-d", "--name", "web", "busybox", "httpd", "-f", "-p", "127.0.0.1:8080", "-h", "/etc");
        inro.Ok("create", "--name", "later", "--network", "container:web", "busybox", "true");

        string seen = inro.Ok("run", "--rm", "--network", "container:web", "--pid", "container:web", "busybox", "sh", "-c", "tr '\\0' ' ' </proc/1/cmdline; nc -w 1 127.0.0.1 8080 </dev/null && echo reached");
        inro.Ok("rm", "-f", "web");
        ToolResult gone = inro.Run("start", "later");

        Assert.StartsWith("httpd -f", seen, StringComparison.Ordinal);
        Assert.EndsWith("reached\n", seen, StringComparison.Ordinal);
        Assert.Contains("No such container: web", gone.Error, StringComparison.Ordinal);
        inro.Ok("rm", "later");
    }

    private static string Limits(Instance inro) =>
        inro.Ok("stats", "--no-stream", "--format", "{{.MemUsage}}", "web").Split(" / ")[1].Trim()
        + " " + inro.Ok("inspect", "-f", "{{.HostConfig.Memory}} {{.HostConfig.PidsLimit}} {{.HostConfig.NanoCpus}}", "web");
}
