using System.Text;
using Inro.Engine.Hooks;
using Xunit;

namespace Inro.Tests.Engine.Hooks;

/// <summary>Files of hooks, as oci-hooks(5) has them.</summary>
public sealed class HookFileReaderTests
{
    [Fact]
    public void All_members_are_read()
    {
        HookFile file = Parse("""
            {"version":"1.0.0","hook":{"path":"/bin/sh","args":["sh","-c","x"],"env":["A=1"],"timeout":3},"when":{"always":true,"hasBindMounts":true,"annotations":{"^a$":"b"},"commands":["sh$","x"]},"stages":["prestart","poststop","prestart"],"new":1}
            """);

        Assert.Equal(("/bin/sh", "sh -c x", "A=1", (int?)3), (file.Hook.Path, string.Join(' ', file.Hook.Args), Assert.Single(file.Hook.Env), file.Hook.TimeoutSeconds));
        Assert.Equal((true, true, 1, 2), (file.When.Always, file.When.HasBindMounts, file.When.Annotations.Count, file.When.Commands.Count));
        Assert.Equal(["prestart", "poststop"], file.Stages);
    }

    [Theory]
    [InlineData("""{"version":"1.0.0",""", "")]
    [InlineData("[]", "it is no object")]
    [InlineData("""{"hook":{"path":"/bin/sh"},"when":{},"stages":["prestart"]}""", "version: missing")]
    [InlineData("""{"version":"0.1.0","hook":{"path":"/bin/sh"},"when":{},"stages":["prestart"]}""", "version: \"0.1.0\" is not")]
    [InlineData("""{"version":"1.0.0","when":{},"stages":["prestart"]}""", "hook: missing")]
    [InlineData("""{"version":"1.0.0","hook":[],"when":{},"stages":["prestart"]}""", "hook: no object")]
    [InlineData("""{"version":"1.0.0","hook":{},"when":{},"stages":["prestart"]}""", "hook.path: missing")]
    [InlineData("""{"version":"1.0.0","hook":{"path":"sh"},"when":{},"stages":["prestart"]}""", "hook.path: \"sh\" is not absolute")]
    [InlineData("""{"version":"1.0.0","hook":{"path":"/no/such"},"when":{},"stages":["prestart"]}""", "hook.path: there is no file /no/such")]
    [InlineData("""{"version":"1.0.0","hook":{"path":"/bin/sh","args":["a",1]},"when":{},"stages":["prestart"]}""", "hook.args[1]: no text")]
    [InlineData("""{"version":"1.0.0","hook":{"path":"/bin/sh","args":["a\u0000"]},"when":{},"stages":["prestart"]}""", "hook.args[0]: holds a zero byte")]
    [InlineData("""{"version":"1.0.0","hook":{"path":"/bin/sh","env":["A"]},"when":{},"stages":["prestart"]}""", "hook.env[0]: \"A\" is not NAME=value")]
    [InlineData("""{"version":"1.0.0","hook":{"path":"/bin/sh","timeout":0},"when":{},"stages":["prestart"]}""", "hook.timeout: 0 is no whole number")]
    [InlineData("""{"version":"1.0.0","hook":{"path":"/bin/sh"},"stages":["prestart"]}""", "when: missing")]
    [InlineData("""{"version":"1.0.0","hook":{"path":"/bin/sh"},"when":{"always":1},"stages":["prestart"]}""", "when.always: 1 is neither")]
    [InlineData("""{"version":"1.0.0","hook":{"path":"/bin/sh"},"when":{"commands":"x"},"stages":["prestart"]}""", "when.commands: no list")]
    [InlineData("""{"version":"1.0.0","hook":{"path":"/bin/sh"},"when":{"commands":["a","("]},"stages":["prestart"]}""", "when.commands[1]: ")]
    [InlineData("""{"version":"1.0.0","hook":{"path":"/bin/sh"},"when":{"commands":["(a)\\1"]},"stages":["prestart"]}""", "when.commands[0]: ")]
    [InlineData("""{"version":"1.0.0","hook":{"path":"/bin/sh"},"when":{"annotations":{"a":"["}},"stages":["prestart"]}""", "when.annotations[\"a\"]: ")]
    [InlineData("""{"version":"1.0.0","hook":{"path":"/bin/sh"},"when":{}}""", "stages: missing")]
    [InlineData("""{"version":"1.0.0","hook":{"path":"/bin/sh"},"when":{},"stages":[]}""", "stages: at least one")]
    [InlineData("""{"version":"1.0.0","hook":{"path":"/bin/sh"},"when":{},"stages":["prestart","never"]}""", "stages[1]: \"never\" is none of")]
    [InlineData("""{"version":"1.0.0","hook":{"path":"/bin/sh"},"when":{},"stages":["precreate"]}""", "stages[0]: precreate would change")]
    [InlineData("""{"version":"1.0.0","version":"1.0.0","hook":{"path":"/bin/sh"},"when":{},"stages":["prestart"]}""", "version: given twice")]
    [InlineData("""{"version":"1.0.0","hook":{"path":"/bin/sh","path":"/bin/sh"},"when":{},"stages":["prestart"]}""", "hook.path: given twice")]
    public void What_is_wrong_is_named(string text, string message) => Assert.StartsWith(message, Assert.Throws<FormatException>(() => Parse(text)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("{}", false)]
    [InlineData("""{"always":true}""", true)]
    [InlineData("""{"always":false}""", false)]
    [InlineData("""{"always":false,"commands":["sh"]}""", false)]
    [InlineData("""{"always":true,"commands":["python"]}""", false)]
    [InlineData("""{"commands":["python","^/bin/sh$"]}""", true)]
    [InlineData("""{"commands":["bin"]}""", true)]
    [InlineData("""{"commands":[]}""", false)]
    [InlineData("""{"hasBindMounts":true}""", true)]
    [InlineData("""{"hasBindMounts":false}""", false)]
    [InlineData("""{"annotations":{"^com\\.example":"^yes$"}}""", true)]
    [InlineData("""{"annotations":{"^com\\.example":"^yes$","other":"."}}""", false)]
    [InlineData("""{"annotations":{"^com\\.example":"^yes$","org":"."}}""", true)]
    [InlineData("""{"annotations":{"org":"yes"}}""", false)]
    [InlineData("""{"annotations":{"org":"no"},"commands":["sh"],"hasBindMounts":true,"always":true}""", true)]
    public void Every_condition_that_is_given_must_hold(string when, bool holds)
    {
        HookFile file = Parse($$"""{"version":"1.0.0","hook":{"path":"/bin/sh"},"when":{{when}},"stages":["prestart"]}""");
        var annotations = new Dictionary<string, string> { ["com.example.x"] = "yes", ["org"] = "no" };

        Assert.Equal(holds, file.When.Hold(new HookSubject("/bin/sh", annotations, HasBindMounts: true)));
    }

    [Fact]
    public void A_container_without_binds_gets_no_hook_for_binds() =>
        Assert.False(Parse("""{"version":"1.0.0","hook":{"path":"/bin/sh"},"when":{"hasBindMounts":true},"stages":["prestart"]}""").When.Hold(new HookSubject("sh", new Dictionary<string, string>(), HasBindMounts: false)));

    private static HookFile Parse(string json) => HookFileReader.Parse(Encoding.UTF8.GetBytes(json));
}
