using Inro.KernelTests.Harness;
using Xunit;

namespace Inro.Conformance.Containers;

/// <summary><c>inro checkpoint</c> and <c>start --checkpoint</c>.</summary>
public sealed class CheckpointVerbTests
{
    private const string Counting = "n=0; while :; do n=$((n+1)); echo $n; sleep 0.1; done";

    [KernelFact(Instance.Usual)]
    public void A_container_goes_on_where_it_was_written_and_its_shim_owns_it()
    {
        Assert.SkipUnless(CriuWorks(), "needs criu that works on this kernel");
        using Instance inro = Instance.WithBusybox();
        inro.Ok("run", "-d", "--name", "web", "--init", "-v", "data:/data", "busybox", "sh", "-c", Counting);
        Instance.WaitFor(() => Last(inro) > 3, "it does not count");

        Assert.Equal("first\n", inro.Ok("checkpoint", "create", "--leave-running", "web", "first"));
        Assert.Equal("running\n", inro.Ok("inspect", "-f", "{{.State.Status}}", "web"));
        Assert.Contains("checkpoint with name first already exists for container web", inro.Run("checkpoint", "create", "web", "first").Error, StringComparison.Ordinal);
        inro.Ok("checkpoint", "create", "--checkpoint-dir", inro.Beside("kept"), "web", "second");
        int before = Last(inro);
        Assert.Equal("exited\n", inro.Ok("inspect", "-f", "{{.State.Status}}", "web"));
        Assert.Equal("CHECKPOINT NAME\nfirst\n", inro.Ok("checkpoint", "ls", "web"));
        Assert.Equal("CHECKPOINT NAME\nsecond\n", inro.Ok("checkpoint", "ls", "--checkpoint-dir", inro.Beside("kept"), "web"));

        inro.Ok("start", "--checkpoint", "second", "--checkpoint-dir", inro.Beside("kept"), "web");

        Instance.WaitFor(() => Last(inro) > before + 1, "it does not go on: " + inro.Ok("logs", "--tail", "3", "web"));
        Assert.Equal(1, inro.Ok("logs", "web").Split('\n').Count(static l => l == "1"));
        Assert.Equal("0\n", inro.Ok("exec", "web", "id", "-u"));
        Assert.Equal("web\n", inro.Ok("kill", "web"));
        Assert.Equal("137\n", inro.Ok("inspect", "-f", "{{.State.ExitCode}}", "web"));
        inro.Ok("start", "--checkpoint", "first", "web");
        Assert.Equal("running\n", inro.Ok("inspect", "-f", "{{.State.Status}}", "web"));
        inro.Ok("checkpoint", "rm", "web", "first");
        inro.Ok("rm", "-f", "web");
    }

    [KernelFact(Instance.Usual)]
    public void What_cannot_be_written_is_refused_and_nothing_is_left()
    {
        using Instance inro = Instance.WithBusybox();
        inro.Ok("run", "-d", "--name", "web", "busybox", "sleep", "1000");
        inro.Ok("run", "-d", "--name", "term", "-t", "busybox", "sleep", "1000");
        string idle = inro.Ok("create", "--name", "idle", "busybox", "true").Trim();

        Refused(inro, $"Container {idle} not running", "create", "idle", "one1");
        Refused(inro, "checkpoint not supported on containers with tty", "create", "term", "one1");
        Refused(inro, "No such container: nobody", "create", "nobody", "one1");
        Refused(inro, "checkpoint nosuch does not exist for container web", "rm", "web", "nosuch");
        foreach (string name in (string[])["../x", "a/b", "..", ".", "", "-x"]) { Refused(inro, $"Invalid checkpoint ID ({name})", "rm", "web", "--", name); }

        inro.Environment["PATH"] = inro.Root; // no criu there
        Refused(inro, "the program criu", "create", "web", "one1");
        Assert.Contains("apt-get install criu", inro.Run("start", "--checkpoint", "one1", "idle").Error, StringComparison.Ordinal);
        Assert.Equal("CHECKPOINT NAME\n", inro.Ok("checkpoint", "ls", "web"));
        Assert.Contains("you cannot restore multiple containers at once", inro.Run("start", "--checkpoint", "x", "web", "idle").Error, StringComparison.Ordinal);
        inro.Ok("rm", "-f", "web", "term", "idle");
    }

    [KernelFact(Instance.Usual)]
    public void A_criu_that_fails_is_told_in_its_own_words_and_the_container_runs_on()
    {
        using Instance inro = Instance.WithBusybox();
        Directory.CreateDirectory(inro.Beside("bin"));
        string criu = inro.Beside("bin/criu");
        File.WriteAllText(criu, "#!/bin/sh\necho 'Error (criu/vdso.c:1): vdso: Can not parse' >&2\nexit 1\n");
        File.SetUnixFileMode(criu, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        inro.Environment["PATH"] = inro.Beside("bin") + ":" + System.Environment.GetEnvironmentVariable("PATH");
        inro.Ok("run", "-d", "--name", "web", "busybox", "sleep", "1000");
        inro.Ok("create", "--name", "idle", "busybox", "true");
        Directory.CreateDirectory(inro.Beside("kept/one1"));

        Refused(inro, "vdso: Can not parse", "create", "web", "one1");
        ToolResult start = inro.Run("start", "--checkpoint", "one1", "--checkpoint-dir", inro.Beside("kept"), "idle");

        Assert.Contains("vdso: Can not parse", start.Error, StringComparison.Ordinal);
        Assert.Equal("created\n", inro.Ok("inspect", "-f", "{{.State.Status}}", "idle"));
        Assert.Equal("running\n", inro.Ok("inspect", "-f", "{{.State.Status}}", "web"));
        Assert.Equal("CHECKPOINT NAME\n", inro.Ok("checkpoint", "ls", "web"));
        inro.Ok("rm", "-f", "web", "idle");
        Assert.Empty(inro.Leavings(layers: 1));
    }

    private static int Last(Instance inro) =>
        inro.Ok("logs", "--tail", "1", "web").Trim() is { Length: > 0 } line ? int.Parse(line, System.Globalization.CultureInfo.InvariantCulture) : 0;

    private static void Refused(Instance inro, string why, params string[] arguments)
    {
        ToolResult result = inro.Run(["checkpoint", .. arguments]);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains(why, result.Error, StringComparison.Ordinal);
    }

    private static bool CriuWorks() =>
        File.Exists("/usr/sbin/criu") && Tool.Run("/usr/sbin/criu", ["check"], TimeSpan.FromSeconds(30)).ExitCode == 0;
}
