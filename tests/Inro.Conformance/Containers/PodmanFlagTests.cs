using Inro.KernelTests.Harness;
using Xunit;

namespace Inro.Conformance.Containers;

/// <summary>What podman's command line has besides docker's: containers chosen without their names, requirements, replacements, units.</summary>
public sealed class PodmanFlagTests
{
    [KernelFact(Instance.Usual)]
    public void Containers_are_chosen_by_state_by_age_by_condition_and_by_file()
    {
        using Instance inro = Instance.WithBusybox();
        foreach (string name in (string[])["one1", "two2"]) { inro.Ok("run", "-d", "--name", name, "-l", "of=" + name, "--stop-signal", "KILL", "busybox", "sleep", "1000"); }

        string file = inro.Beside("id");
        string three = inro.Ok("create", "--name", "three", "--cidfile", file, "busybox", "sleep", "1000").Trim();

        Assert.Equal(three + "\n", inro.Ok("start", "--latest"));
        Assert.Equal("0\n", inro.Ok("exec", "-l", "id", "-u"));
        Assert.Equal(three + "\n", inro.Ok("stop", "-t", "0", "--cidfile", file));
        Assert.Equal("one1 running\nthree exited\ntwo2 running\n", States(inro));
        Assert.Single(Lines(inro.Ok("pause", "--filter", "label=of=one1")));
        Assert.Single(Lines(inro.Ok("unpause", "--all")));
        Assert.Equal("one1\n", inro.Ok("kill", "one1"));
        Assert.Equal(2, Lines(inro.Ok("start", "--all")).Length);
        Assert.Equal(3, Lines(inro.Ok("stop", "--all", "-t", "0")).Length);
        Assert.Empty(inro.Ok("restart", "--running", "-t", "0", "--filter", "name=nosuch"));
        Assert.Equal("", inro.Ok("stop", "--ignore", "nosuch"));
        Assert.Equal("", inro.Ok("rm", "-i", "--cidfile", inro.Beside("none")));
        Assert.Contains("cannot be used together", inro.Run("stop", "--all", "--latest").Error, StringComparison.Ordinal);
        Assert.Contains("no arguments are needed with --all", inro.Run("stop", "--all", "one1").Error, StringComparison.Ordinal);
        Assert.Equal(3, Lines(inro.Ok("rm", "--all")).Length);
        Assert.Contains("there is no container", inro.Run("logs", "--latest").Error, StringComparison.Ordinal);
    }

    [KernelFact(Instance.Usual)]
    public void What_is_required_is_started_first_and_stays()
    {
        using Instance inro = Instance.WithBusybox();
        inro.Ok("create", "--name", "base", "busybox", "sleep", "1000");
        inro.Ok("create", "--name", "middle", "--requires", "base", "busybox", "sleep", "1000");
        inro.Ok("run", "-d", "--name", "upper", "--requires", "middle", "busybox", "sleep", "1000");

        Assert.Equal("base running\nmiddle running\nupper running\n", States(inro));
        Assert.Contains("has dependent containers which must be removed before it: middle", inro.Run("rm", "-f", "base").Error, StringComparison.Ordinal);
        Assert.Contains("No such container: nosuch", inro.Run("create", "--requires", "nosuch", "busybox").Error, StringComparison.Ordinal);
        Assert.Equal("base\n", inro.Ok("rm", "--depend", "--time", "0", "base"));
        Assert.Empty(inro.AllContainers());
    }

    [KernelFact(Instance.Usual)]
    public void A_run_replaces_leaves_out_masks_and_removes_its_image()
    {
        using Instance inro = Instance.WithBusybox();
        inro.Ok("create", "--name", "web", "busybox", "true");

        Assert.Equal("0077\n", inro.Ok("run", "--replace", "--name", "web", "--umask", "077", "busybox", "sh", "-c", "umask"));
        Assert.Single(inro.AllContainers());
        Assert.Contains("without --name", inro.Run("run", "--replace", "busybox", "true").Error, StringComparison.Ordinal);
        Assert.Contains("invalid umask", inro.Run("run", "--umask", "8", "busybox", "true").Error, StringComparison.Ordinal);
        Assert.DoesNotContain("PATH=", inro.Ok("run", "--rm", "--unsetenv-all", "-e", "A=1", "busybox", "/bin/busybox", "env"), StringComparison.Ordinal);
        inro.Environment["INRO_TEST_OWN"] = "mine";
        Assert.Contains("INRO_TEST_OWN=mine", inro.Ok("run", "--rm", "--env-host", "busybox", "env"), StringComparison.Ordinal);
        Assert.Contains("unable to find time zone ../x", inro.Run("run", "--tz", "../x", "busybox", "true").Error, StringComparison.Ordinal);
        Assert.Contains("nobody serves the API", inro.Run("run", "--rm", "--use-api-socket", "busybox", "true").Error, StringComparison.Ordinal);
        inro.Ok("rm", "web");
        inro.Ok("run", "--rmi", "busybox", "true");
        Assert.Empty(inro.Ok("images", "-q"));
    }

    [KernelFact(Instance.Usual)]
    public void A_list_is_sorted_and_has_no_heading_where_that_is_asked()
    {
        using Instance inro = Instance.WithBusybox();
        foreach (string name in (string[])["bb1", "aa1", "cc1"]) { inro.Ok("create", "--name", name, "busybox", "true"); }

        string table = inro.Ok("ps", "-a", "--noheading", "--sort", "names", "--format", "table {{.Names}}");

        Assert.Equal(["aa1", "bb1", "cc1"], Lines(table).Select(static l => l.Trim()));
        Assert.Contains("pods are not there yet", inro.Run("ps", "--pod").Error, StringComparison.Ordinal);
        inro.Ok("rm", "-a");
    }

    [KernelFact(Instance.Usual)]
    public void A_unit_of_systemds_starts_and_stops_the_container()
    {
        using Instance inro = Instance.WithBusybox();
        inro.Ok("create", "--name", "web", "--stop-timeout", "7", "busybox", "true");

        string unit = inro.Ok("generate", "systemd", "--name", "--after", "db.service", "--restart-policy", "always", "-e", "A=1%\"", "web");

        Assert.StartsWith("# container-web.service\n", unit, StringComparison.Ordinal);
        Assert.Contains("After=network-online.target db.service\n", unit, StringComparison.Ordinal);
        Assert.Contains("Type=notify\n", unit, StringComparison.Ordinal);
        Assert.Contains("Environment=\"A=1%%\\\"\"\n", unit, StringComparison.Ordinal);
        Assert.Contains($"--root {inro.Root} start --attach web\n", unit, StringComparison.Ordinal);
        Assert.Contains("TimeoutStopSec=67\n", unit, StringComparison.Ordinal);
        Assert.Contains("is no name of a unit", inro.Run("generate", "systemd", "--after", "a b\nExecStart=/x", "web").Error, StringComparison.Ordinal);
        inro.Ok("rm", "web");
    }

    private static string States(Instance inro) =>
        string.Join('\n', Lines(inro.Ok("ps", "-a", "--format", "{{.Names}} {{.State}}")).Order(StringComparer.Ordinal)) + "\n";

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
