using Inro.Conformance.Containers;
using Inro.KernelTests.Harness;
using Inro.KernelTests.Images.Support;
using Xunit;

namespace Inro.Conformance.Images;

/// <summary><c>inro pull</c>, and the pull of a run, from a real registry: open, with a password, with a certificate.</summary>
public sealed class PullVerbTests
{
    private const Needs Usual = Instance.Usual | Needs.Registry | Needs.Skopeo;

    [KernelFact(Usual)]
    public void A_pull_tells_each_layer_and_the_digest_and_gives_the_name()
    {
        using var registry = new TestRegistry();
        registry.Put(TestImages.BusyboxImage(), "team/box:1");
        using Instance inro = Instance.Empty();
        string name = $"{registry.Host}/team/box:1";

        string[] first = Lines(inro.Ok("pull", name));
        string[] second = Lines(inro.Ok("pull", name));

        Assert.Equal("1: Pulling from team/box", first[0]);
        Assert.Matches("^[0-9a-f]{12}: Pull complete$", first[^4]);
        Assert.Matches("^Digest: sha256:[0-9a-f]{64}$", first[^3]);
        Assert.Equal([$"Status: Downloaded newer image for {name}", name], first[^2..]);
        Assert.Equal(["Already exists", $"Status: Image is up to date for {name}"], [second[1][14..], second[^2]]);
        Assert.Equal("hello\n", inro.Ok("run", "--rm", "--network", "none", name, "echo", "hello"));
    }

    [KernelFact(Usual)]
    public void A_run_fetches_what_is_not_there_and_keeps_standard_output_for_the_container()
    {
        using var registry = new TestRegistry();
        registry.Put(TestImages.BusyboxImage(), "box:latest");
        using Instance inro = Instance.Empty();

        ToolResult never = inro.Run("run", "--rm", "--network", "none", "--pull", "never", registry.Host + "/box", "echo", "hello");
        ToolResult ran = inro.Run("run", "--rm", "--network", "none", registry.Host + "/box", "echo", "hello").Ok();
        ToolResult always = inro.Run("run", "--rm", "--network", "none", "--pull", "always", "-q", registry.Host + "/box", "echo", "again").Ok();

        Assert.Equal(125, never.ExitCode);
        Assert.Equal("hello\n", ran.Output);
        Assert.StartsWith($"Unable to find image '{registry.Host}/box:latest' locally\n", ran.Error, StringComparison.Ordinal);
        Assert.Contains("Status: Downloaded newer image", ran.Error, StringComparison.Ordinal);
        Assert.Equal(("again\n", ""), (always.Output, always.Error));
    }

    [KernelFact(Usual)]
    public void Quiet_prints_the_name_and_json_one_object_a_line()
    {
        using var registry = new TestRegistry();
        registry.Put(TestImages.BusyboxImage(), "box:1");
        registry.Put(TestImages.BusyboxImage(), "box:2");
        using Instance inro = Instance.Empty();

        string[] json = Lines(inro.Ok("pull", "--progress", "json", registry.Host + "/box:1"));

        Assert.Equal("done", System.Text.Json.JsonDocument.Parse(json[^1]).RootElement.GetProperty("status").GetString());
        Assert.Equal([$"{registry.Host}/box:1", $"{registry.Host}/box:2"], Lines(inro.Ok("pull", "--quiet", "--all-tags", registry.Host + "/box")).Order(StringComparer.Ordinal));
    }

    [KernelFact(Usual)]
    public void A_registry_that_asks_who_is_told_what_the_file_says()
    {
        using var registry = new TestRegistry(user: ("me", "secret"));
        using Instance inro = Instance.Empty();
        string config = Directory.CreateDirectory(inro.Beside("docker")).FullName;
        string archive = TestImages.Busybox(inro.Beside("box.tar"));
        Tool.Run("skopeo", ["copy", "-q", "--dest-tls-verify=false", "--dest-creds", "me:secret", $"oci-archive:{archive}", $"docker://{registry.Host}/box:1"], TimeSpan.FromSeconds(60)).Ok();

        ToolResult unknown = With(inro, config, "pull", registry.Host + "/box:1");
        File.WriteAllText(config + "/config.json", Auth(registry.Host, "bWU6d3Jvbmc="));
        ToolResult wrong = With(inro, config, "pull", registry.Host + "/box:1");
        File.WriteAllText(config + "/config.json", Auth(registry.Host, "bWU6c2VjcmV0"));
        ToolResult right = With(inro, config, "pull", "-q", registry.Host + "/box:1");

        Assert.Equal(1, unknown.ExitCode);
        Assert.Contains($"try: inro login {registry.Host}", unknown.Error, StringComparison.Ordinal);
        Assert.Equal(1, wrong.ExitCode);
        Assert.Contains("log in as somebody who may", wrong.Error, StringComparison.Ordinal);
        Assert.Equal($"{registry.Host}/box:1\n", right.Ok().Output);
    }

    [KernelFact(Usual)]
    public void A_certificate_is_trusted_when_its_authority_is()
    {
        using var registry = new TestRegistry(isSafe: true);
        registry.Put(TestImages.BusyboxImage(), "box:1");
        using Instance inro = Instance.Empty();
        string rules = inro.Beside("registries.conf");
        string certificates = Directory.CreateDirectory($"{inro.Beside("home")}/.config/containers/certs.d/safe.test:{registry.Port}").FullName;
        string name = $"safe.test:{registry.Port}/box:1";

        // a name that is not this machine's own: those are trusted as they are
        ToolResult Pull() => Tool.Run(
            "unshare", ["-m", "sh", "-c", $"echo '127.0.0.1 safe.test localhost' >{inro.Beside("hosts")}; mount --bind {inro.Beside("hosts")} /etc/hosts; exec {InroProcess.Binary} --root {inro.Root} pull -q {name}"],
            TimeSpan.FromSeconds(60), new ToolOptions { Environment = new Dictionary<string, string> { ["HOME"] = inro.Beside("home"), ["CONTAINERS_REGISTRIES_CONF"] = rules } });

        ToolResult unknown = Pull();
        File.Copy(registry.Authority, certificates + "/ca.crt");
        ToolResult known = Pull();
        File.Delete(certificates + "/ca.crt");
        File.WriteAllText(rules, $"[[registry]]\nlocation = \"safe.test:{registry.Port}\"\ninsecure = true\n");
        ToolResult insecure = Pull();

        Assert.Equal(1, unknown.ExitCode);
        Assert.Contains("no safe connection to safe.test", unknown.Error, StringComparison.Ordinal);
        Assert.Contains("ca.crt", unknown.Error, StringComparison.Ordinal);
        Assert.Equal(name + "\n", known.Ok().Output);
        Assert.Equal(name + "\n", insecure.Ok().Output);
    }

    [KernelTheory(Usual)]
    [InlineData("box:2", "manifest unknown", "look at the name")]
    [InlineData("nosuch:1", "unknown", "look at the name")]
    [InlineData("Box:1", "lower case", "an image is named like")]
    [InlineData("box:1 --platform linux/s390x", "its platform (linux/amd64) is not the wanted one (linux/s390x)", "--platform linux/amd64")]
    public void What_cannot_be_had_is_said_with_a_way_out(string what, string problem, string remedy)
    {
        using var registry = new TestRegistry();
        registry.Put(TestImages.BusyboxImage(), "box:1");
        using Instance inro = Instance.Empty();

        ToolResult refused = inro.Run(["pull", .. (registry.Host + "/" + what).Split(' ')]);

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains(problem, refused.Error, StringComparison.Ordinal);
        Assert.Contains(remedy, refused.Error, StringComparison.Ordinal);
        Assert.Empty(inro.Ok("images", "-q"));
    }

    [KernelFact(Instance.Usual)]
    public void A_registry_that_is_not_there_is_said_to_be()
    {
        using Instance inro = Instance.Empty();

        ToolResult refused = inro.Run("pull", "127.0.0.1:1/box:1");

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("127.0.0.1:1 cannot be asked: Connection refused", refused.Error, StringComparison.Ordinal);
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static string Auth(string host, string secret) => "{\"auths\":{\"" + host + "\":{\"auth\":\"" + secret + "\"}}}";

    private static ToolResult With(Instance inro, string config, params string[] arguments) => Tool.Run(
        InroProcess.Binary, ["--root", inro.Root, .. arguments], InroProcess.DefaultDeadline,
        new ToolOptions { Environment = new Dictionary<string, string> { ["DOCKER_CONFIG"] = config } });
}
