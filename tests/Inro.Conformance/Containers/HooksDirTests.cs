using Inro.KernelTests.Harness;
using Xunit;

namespace Inro.Conformance.Containers;

/// <summary><c>--hooks-dir</c> and <c>hooks-dir</c> of the configuration: hooks that files give to containers.</summary>
public sealed class HooksDirTests
{
    [KernelFact(Instance.Usual)]
    public void Hooks_get_the_state_arguments_and_variables_at_their_stages()
    {
        using Instance inro = Instance.WithBusybox();
        Hook(inro, "a.json", $"cat > {inro.Beside("state")}; echo $0 $A > {inro.Beside("said")}", """["createRuntime"]""", more: ",\"env\":[\"A=1\",\"PATH=/usr/bin:/bin\"]");
        Hook(inro, "b.json", $"echo $(cat) >> {inro.Beside("after")}", """["poststart","poststop"]""");
        Hook(inro, "c.json", $"echo ran > {inro.Beside("other")}", """["createRuntime"]""", when: """{"commands":["python"]}""");

        Assert.Equal("hi\n", inro.Ok("--hooks-dir", inro.Beside("hooks"), "run", "--name", "web", "busybox", "echo", "hi"));

        string id = inro.OnlyContainer();
        string state = File.ReadAllText(inro.Beside("state"));
        Assert.Contains($"\"id\":\"{id}\"", state, StringComparison.Ordinal);
        Assert.Contains("\"pid\":", state, StringComparison.Ordinal);
        Assert.Equal("sh 1\n", File.ReadAllText(inro.Beside("said")));
        Instance.WaitFor(() => File.ReadAllLines(inro.Beside("after")).Length == 2, "no poststop");
        Assert.Contains("\"status\":\"stopped\"", File.ReadAllLines(inro.Beside("after"))[1], StringComparison.Ordinal);
        Assert.False(File.Exists(inro.Beside("other")));
    }

    [KernelFact(Instance.Usual)]
    public void A_container_remembers_its_directories_and_a_start_may_change_them()
    {
        using Instance inro = Instance.WithBusybox();
        Hook(inro, "a.json", $"echo one >> {inro.Beside("runs")}", """["prestart"]""");
        inro.Ok("--hooks-dir", inro.Beside("hooks"), "create", "--name", "web", "busybox", "true");
        Assert.False(File.Exists(inro.Beside("runs")));

        inro.Ok("start", "-a", "web");
        inro.Ok("start", "-a", "web");
        Assert.Equal("one\none\n", File.ReadAllText(inro.Beside("runs")));

        Directory.CreateDirectory(inro.Beside("none"));
        inro.Ok("--hooks-dir", inro.Beside("none"), "start", "-a", "web");
        inro.Ok("start", "-a", "web");
        Assert.Equal("one\none\n", File.ReadAllText(inro.Beside("runs")));
    }

    [KernelFact(Instance.Usual)]
    public void Configured_directories_are_for_all_containers()
    {
        using Instance inro = Instance.WithBusybox();
        Hook(inro, "a.json", $"echo one >> {inro.Beside("runs")}", """["prestart"]""", when: """{"hasBindMounts":true}""");
        File.WriteAllText(inro.Beside("config.toml"), $"[containers]\nhooks-dir = [\"{inro.Beside("hooks")}\"]\n");
        inro.Environment["INRO_CONFIG"] = inro.Beside("config.toml");

        inro.Ok("run", "--rm", "busybox", "true");
        Assert.False(File.Exists(inro.Beside("runs")));
        inro.Ok("run", "--rm", "-v", $"{inro.Beside("hooks")}:/x", "busybox", "true");
        Assert.Equal("one\n", File.ReadAllText(inro.Beside("runs")));
    }

    [KernelFact(Instance.Usual)]
    public void A_hook_that_fails_or_takes_too_long_makes_the_start_fail_with_what_it_said()
    {
        using Instance inro = Instance.WithBusybox();
        Hook(inro, "a.json", "echo no licence >&2; exit 3", """["prestart"]""");
        ToolResult refused = inro.Run("--hooks-dir", inro.Beside("hooks"), "run", "--rm", "busybox", "echo", "hi");
        Assert.Equal((125, ""), (refused.ExitCode, refused.Output));
        Assert.Contains("hook prestart[0] /bin/sh: exit status 3: no licence", refused.Error, StringComparison.Ordinal);

        Hook(inro, "a.json", "sleep 1000", """["createRuntime"]""", more: ",\"timeout\":1,\"env\":[\"PATH=/usr/bin:/bin\"]");
        refused = inro.Run("--hooks-dir", inro.Beside("hooks"), "run", "--rm", "busybox", "echo", "hi");
        Assert.Equal(125, refused.ExitCode);
        Assert.Contains("hook createRuntime[0] /bin/sh: timed out after 1 s", refused.Error, StringComparison.Ordinal);
        Assert.Empty(inro.AllContainers());
    }

    [KernelFact(Instance.Usual)]
    public void A_wrong_file_makes_the_start_fail_and_is_named()
    {
        using Instance inro = Instance.WithBusybox();
        Hook(inro, "a.json", "true", """["precreate"]""");

        ToolResult refused = inro.Run("--hooks-dir", inro.Beside("hooks"), "run", "--rm", "busybox", "true");

        Assert.Equal(125, refused.ExitCode);
        Assert.StartsWith($"inro: hook file {inro.Beside("hooks")}/a.json: stages[0]: precreate", refused.Error, StringComparison.Ordinal);
        Assert.Empty(inro.AllContainers());
    }

    private static void Hook(Instance inro, string name, string script, string stages, string when = """{"always":true}""", string more = ",\"env\":[\"PATH=/usr/bin:/bin\"]")
    {
        Directory.CreateDirectory(inro.Beside("hooks"));
        File.WriteAllText($"{inro.Beside("hooks")}/{name}", $$"""{"version":"1.0.0","hook":{"path":"/bin/sh","args":["sh","-c","{{script}}"]{{more}}},"when":{{when}},"stages":{{stages}}}""");
    }
}
