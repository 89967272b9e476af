using Inro.KernelTests.Harness;
using Xunit;

namespace Inro.Conformance.Containers;

/// <summary>Health checks, run by the shim.</summary>
public sealed class HealthTests
{
    private static readonly string[] Quick = ["--health-interval", "100ms", "--health-retries", "2", "--health-timeout", "2s"];

    [KernelFact(Instance.Usual)]
    public void A_command_decides_and_its_results_are_shown()
    {
        using Instance inro = Instance.WithBusybox();
        inro.Ok([.. Run("web"), "--health-cmd", "echo looked; test -f /ok", "busybox", "sleep", "1000"]);

        string first = inro.Ok("ps", "--format", "{{.Status}}");
        inro.Ok("wait", "--condition", "unhealthy", "web");
        string unhealthy = inro.Ok("ps", "-q", "--filter", "health=unhealthy");
        ToolResult bad = inro.Run("healthcheck", "run", "web");
        inro.Ok("exec", "web", "touch", "/ok");
        inro.Ok("wait", "--condition", "healthy", "web");
        ToolResult good = inro.Run("healthcheck", "run", "web");

        Assert.EndsWith("(health: starting)\n", first, StringComparison.Ordinal);
        Assert.NotEmpty(unhealthy);
        Assert.Equal((1, "unhealthy\n"), (bad.ExitCode, bad.Output));
        Assert.Equal(0, good.ExitCode);
        Assert.Equal("healthy 0 looked\n\n", inro.Ok("inspect", "-f", "{{.State.Health.Status}} {{.State.Health.FailingStreak}} {{(index .State.Health.Log 0).Output}}", "web"));
        string events = inro.Ok("events", "--since", "1m", "--until", "0s");
        Assert.Contains("health_status: unhealthy", events, StringComparison.Ordinal);
        Assert.Contains("health_status: healthy", events, StringComparison.Ordinal);
        inro.Ok("rm", "-f", "web");
    }

    [KernelTheory(Instance.Usual)]
    [InlineData("tcp:8080")]
    [InlineData("http://127.0.0.1:8080/index.html")]
    public void A_probe_needs_no_process_and_sees_the_container_s_network(string probe)
    {
        using Instance inro = Instance.WithBusybox();
        inro.Ok([.. Run("web"), "--health-cmd", probe, "busybox", "sh", "-c", "echo hi >/index.html; exec httpd -f -p 127.0.0.1:8080 -h /"]);
        inro.Ok([.. Run("not"), "--health-cmd", probe, "busybox", "sleep", "1000"]);

        inro.Ok("wait", "--condition", "healthy", "web");
        inro.Ok("wait", "--condition", "unhealthy", "not");

        inro.Ok("rm", "-f", "web", "not");
    }

    [KernelFact(Instance.Usual)]
    public void A_check_that_takes_too_long_is_ended()
    {
        using Instance inro = Instance.WithBusybox();
        inro.Ok("run", "-d", "--name", "web", "--health-interval", "100ms", "--health-retries", "1", "--health-timeout", "300ms", "--health-cmd", "sleep 77", "busybox", "sleep", "1000");

        inro.Ok("wait", "--condition", "unhealthy", "web");

        Assert.Contains("Health check exceeded timeout (0.3s)", inro.Ok("inspect", "-f", "{{json .State.Health.Log}}", "web"), StringComparison.Ordinal);
        inro.Ok("rm", "-f", "web");
    }

    [KernelTheory(Instance.Usual)]
    [InlineData("kill", "no", "exited")]
    [InlineData("stop", "always", "exited")]
    [InlineData("none", "no", "running")]
    public void What_follows_is_chosen(string action, string policy, string state)
    {
        using Instance inro = Instance.WithBusybox();
        inro.Ok([.. Run("web"), "--health-on-failure", action, "--restart", policy, "--health-cmd", "false", "busybox", "sleep", "1000"]);

        Instance.WaitFor(() => inro.Ok("events", "--since", "1m", "--until", "0s").Contains("unhealthy", StringComparison.Ordinal), "it is well");
        Instance.WaitFor(() => inro.Ok("inspect", "-f", "{{.State.Status}}", "web") == state + "\n", $"it is not {state}");
        inro.Ok("rm", "-f", "web");
    }

    [KernelFact(Instance.Usual)]
    public void An_unhealthy_container_is_started_again_where_that_was_asked()
    {
        using Instance inro = Instance.WithBusybox();
        inro.Ok([.. Run("web"), "--health-on-failure", "restart", "--health-cmd", "test -e /n", "busybox", "sh", "-c", "[ -e /m ] && touch /n; touch /m; exec sleep 1000"]);

        inro.Ok("wait", "--condition", "healthy", "web");

        Assert.Contains("restart", inro.Ok("events", "--since", "1m", "--until", "0s", "--filter", "event=restart"), StringComparison.Ordinal);
        inro.Ok("rm", "-f", "web");
    }

    [KernelFact(Instance.Usual)]
    public void A_new_shim_goes_on_testing()
    {
        using Instance inro = Instance.WithBusybox();
        inro.Ok([.. Run("web"), "--health-cmd", "test -f /ok", "busybox", "sleep", "1000"]);
        inro.Ok("wait", "--condition", "unhealthy", "web");

        using (var shim = System.Diagnostics.Process.GetProcessById(inro.ShimOf(inro.OnlyContainer()))) { shim.Kill(); }

        inro.Ok("exec", "web", "touch", "/ok");

        inro.Ok("wait", "--condition", "healthy", "web");
        inro.Ok("rm", "-f", "web");
    }

    [KernelFact(Instance.Usual)]
    public void A_new_shim_probes_the_container_s_network_too_and_never_the_host_s()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        int port = ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
        using Instance inro = Instance.WithBusybox();
        inro.Ok([.. Run("web"), "--health-cmd", $"tcp:{port}", "busybox", "sleep", "1000"]);
        inro.Ok("wait", "--condition", "unhealthy", "web");

        using (var shim = System.Diagnostics.Process.GetProcessById(inro.ShimOf(inro.OnlyContainer()))) { shim.Kill(); }

        Assert.Equal((1, "unhealthy\n"), (inro.Run("healthcheck", "run", "web").ExitCode, inro.Run("healthcheck", "run", "web").Output));
        inro.Ok("rm", "-f", "web");
    }

    [KernelFact(Instance.Usual)]
    public void Contradictions_are_refused()
    {
        using Instance inro = Instance.WithBusybox();

        Assert.Contains("--no-healthcheck conflicts with --health-* options", inro.Run("create", "--no-healthcheck", "--health-cmd", "x", "busybox").Error, StringComparison.Ordinal);
        Assert.Contains("cannot be less than 1ms", inro.Run("create", "--health-interval", "1us", "busybox").Error, StringComparison.Ordinal);
        Assert.Contains("names no port", inro.Run("create", "--health-cmd", "tcp:x:y", "busybox").Error, StringComparison.Ordinal);
        Assert.Empty(inro.AllContainers());
    }

    private static string[] Run(string name) => ["run", "-d", "--name", name, .. Quick];
}
