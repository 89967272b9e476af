using Inro.Engine;
using Inro.Engine.Configuration;
using Inro.Engine.Hooks;
using Inro.Spec.Runtime;
using Xunit;

namespace Inro.Tests.Engine.Hooks;

/// <summary>Which files of which directories give hooks.</summary>
public sealed class HookDirectoriesTests : IDisposable
{
    private static readonly HookSubject Subject = new("sh", new Dictionary<string, string>(), HasBindMounts: false);

    private readonly string root = Directory.CreateTempSubdirectory("inro-hooks-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public void Files_run_in_the_order_of_their_names_and_later_directories_hide_earlier_ones()
    {
        Write("a/2.json", "two");
        Write("a/1.json", "one");
        Write("a/3.json", "hidden");
        Write("b/3.json", "three");
        Write("b/0.conf", "no hook");
        Write("a/4.json", "other", when: """{"commands":["python"]}""");

        HooksConfig hooks = Apply("a", "b").Hooks!;

        Assert.Equal(["one", "two", "three"], hooks.Prestart.Select(static h => h.Args[0]));
        Assert.Equal(["one", "two", "three"], hooks.Poststop.Select(static h => h.Args[0]));
        Assert.Empty(hooks.CreateRuntime);
    }

    [Fact]
    public void Hooks_that_are_there_come_first()
    {
        Write("a/1.json", "one");
        var own = new RuntimeConfig { OciVersion = "1.2.1", Hooks = new HooksConfig { Prestart = [new HookConfig { Path = "/own" }] } };

        HooksConfig hooks = HookDirectories.Apply(own, [root + "/a"], Subject).Hooks!;

        Assert.Equal(["/own", "/bin/sh"], hooks.Prestart.Select(static h => h.Path));
    }

    [Fact]
    public void A_wrong_file_is_named_with_its_member()
    {
        Write("a/1.json", "one");
        File.WriteAllText(root + "/a/2.json", """{"version":"2"}""");

        EngineException refused = Assert.Throws<EngineException>(() => Apply("a"));

        Assert.Equal((ErrorCode.InvalidArgument, $"hook file {root}/a/2.json: version: \"2\" is not \"1.0.0\""), (refused.Code, refused.Problem));
    }

    [Fact]
    public void A_file_that_is_too_long_is_refused()
    {
        Directory.CreateDirectory(root + "/a");
        File.WriteAllText(root + "/a/1.json", new string(' ', (256 * 1024) + 1));

        Assert.Contains("longer than", Assert.Throws<EngineException>(() => Apply("a")).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_directory_that_is_missing_is_refused() =>
        Assert.StartsWith($"directory of hooks {root}/nosuch: ", Assert.Throws<EngineException>(() => Apply("nosuch")).Problem, StringComparison.Ordinal);

    [Fact]
    public void The_configuration_names_directories_by_absolute_paths()
    {
        string file = root + "/config.toml";
        Assert.Empty(ConfigurationReader.ReadHookDirectories(file));
        File.WriteAllText(file, "[containers]\nhooks-dir = [\"/a\", \"/b\"]\n");
        Assert.Equal(["/a", "/b"], ConfigurationReader.ReadHookDirectories(file));
        File.WriteAllText(file, "[containers]\nhooks-dir = [\"a\"]\n");
        Assert.Contains("containers.hooks-dir: 'a' is no absolute path", Assert.Throws<EngineException>(() => ConfigurationReader.ReadHookDirectories(file)).Problem, StringComparison.Ordinal);
    }

    private RuntimeConfig Apply(params string[] directories) =>
        HookDirectories.Apply(new RuntimeConfig { OciVersion = "1.2.1" }, [.. directories.Select(d => $"{root}/{d}")], Subject);

    private void Write(string name, string argument, string when = """{"always":true}""")
    {
        Directory.CreateDirectory(Path.GetDirectoryName($"{root}/{name}")!);
        File.WriteAllText($"{root}/{name}", $$"""{"version":"1.0.0","hook":{"path":"/bin/sh","args":["{{argument}}"]},"when":{{when}},"stages":["prestart","poststop"]}""");
    }
}
