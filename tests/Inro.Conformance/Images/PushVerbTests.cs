using Inro.Conformance.Containers;
using Inro.KernelTests.Harness;
using Inro.KernelTests.Images.Support;
using Xunit;

namespace Inro.Conformance.Images;

/// <summary><c>inro push</c>, <c>login</c> and <c>logout</c>, seen by other programs.</summary>
public sealed class PushVerbTests
{
    private const Needs Usual = Instance.Usual | Needs.Registry | Needs.Skopeo | Needs.Umoci;

    [KernelFact(Usual)]
    public void What_was_pushed_is_the_same_image_for_others()
    {
        using var registry = new TestRegistry();
        using Instance inro = Instance.WithBusybox();
        string name = $"{registry.Host}/team/box:1";
        inro.Ok("tag", "busybox", name);

        string[] first = Lines(inro.Ok("push", name));
        string[] again = Lines(inro.Ok("push", name));
        string layout = inro.Beside("layout");
        Tool.Run("skopeo", ["copy", "-q", "--src-tls-verify=false", "docker://" + name, $"oci:{layout}:box"], TimeSpan.FromSeconds(60)).Ok();
        Tool.Run("umoci", ["unpack", "--image", layout + ":box", inro.Beside("bundle")], TimeSpan.FromSeconds(60)).Ok();

        Assert.Equal($"The push refers to repository [{registry.Host}/team/box]", first[0]);
        Assert.Matches("^[0-9a-f]{12}: Pushed$", first[^2]);
        Assert.Matches("^1: digest: sha256:[0-9a-f]{64} size: [0-9]+$", first[^1]);
        Assert.EndsWith(": Layer already exists", again[^2], StringComparison.Ordinal);
        Assert.Equal(first[^1], again[^1]);
        Assert.Equal(File.ReadAllBytes("/bin/busybox"), File.ReadAllBytes(inro.Beside("bundle") + "/rootfs/bin/busybox"));
    }

    [KernelFact(Usual)]
    public void A_blob_that_another_repository_has_is_taken_from_there()
    {
        using var registry = new TestRegistry();
        registry.Put(TestImages.BusyboxImage(), "one/box:1");
        using Instance inro = Instance.Empty();
        inro.Ok("pull", "-q", registry.Host + "/one/box:1");
        inro.Ok("tag", registry.Host + "/one/box:1", registry.Host + "/two/box:1");

        string pushed = inro.Ok("push", registry.Host + "/two/box:1");

        Assert.Contains(": Mounted from another repository\n", pushed, StringComparison.Ordinal);
        Assert.Equal($"{registry.Host}/two/box:1\n", inro.Ok("pull", "-q", registry.Host + "/two/box:1"));
    }

    [KernelFact(Usual)]
    public void A_login_is_remembered_until_the_logout()
    {
        using var registry = new TestRegistry(user: ("me", "secret"));
        using Instance inro = Instance.WithBusybox();
        string config = inro.Beside("docker");
        inro.Ok("tag", "busybox", registry.Host + "/box:1");
        ToolResult With(string? input, params string[] arguments) => Tool.Run(
            InroProcess.Binary, ["--root", inro.Root, .. arguments], InroProcess.DefaultDeadline,
            new ToolOptions { Input = input is null ? null : System.Text.Encoding.UTF8.GetBytes(input), Environment = new Dictionary<string, string> { ["DOCKER_CONFIG"] = config } });

        ToolResult unknown = With(null, "push", "-q", registry.Host + "/box:1");
        ToolResult wrong = With("wrong\n", "login", "-u", "me", "--password-stdin", registry.Host);
        ToolResult right = With("secret\n", "login", "-u", "me", "--password-stdin", registry.Host);
        ToolResult known = With(null, "push", "-q", registry.Host + "/box:1");
        ToolResult left = With(null, "logout", registry.Host);
        ToolResult again = With(null, "logout", registry.Host);

        Assert.Equal((1, true), (unknown.ExitCode, unknown.Error.Contains($"inro login {registry.Host}", StringComparison.Ordinal)));
        Assert.Equal(1, wrong.ExitCode);
        Assert.Equal("Login Succeeded\n", right.Ok().Output);
        Assert.Equal($"{registry.Host}/box:1\n", known.Ok().Output);
        Assert.Equal($"Removing login credentials for {registry.Host}\n", left.Ok().Output);
        Assert.Equal($"Not logged in to {registry.Host}\n", again.Ok().Output);
        Assert.DoesNotContain("auth\"", File.ReadAllText(config + "/config.json"), StringComparison.Ordinal);
    }

    [KernelFact(Usual)]
    public void A_helper_keeps_what_it_is_given()
    {
        using var registry = new TestRegistry(user: ("me", "secret"));
        using Instance inro = Instance.WithBusybox();
        string at = Directory.CreateDirectory(inro.Beside("docker")).FullName;
        File.WriteAllText(at + "/docker-credential-test", $"""
            #!/bin/sh
            case $1 in
              store) cat >{at}/kept ;;
              get) read host; if grep -q "\"$host\"" {at}/kept 2>/dev/null; then cat {at}/kept; else echo credentials not found in native keychain; exit 1; fi ;;
              erase) rm -f {at}/kept ;;
            esac
            """);
        File.SetUnixFileMode(at + "/docker-credential-test", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.WriteAllText(at + "/config.json", "{\"credHelpers\":{\"" + registry.Host + "\":\"test\"}}");
        inro.Ok("tag", "busybox", registry.Host + "/box:1");
        ToolResult With(string? input, params string[] arguments) => Tool.Run(
            InroProcess.Binary, ["--root", inro.Root, .. arguments], InroProcess.DefaultDeadline,
            new ToolOptions
            {
                Input = input is null ? null : System.Text.Encoding.UTF8.GetBytes(input),
                Environment = new Dictionary<string, string> { ["DOCKER_CONFIG"] = at, ["PATH"] = $"{at}:{Environment.GetEnvironmentVariable("PATH")}" },
            });

        ToolResult login = With("secret\n", "login", "-u", "me", "--password-stdin", registry.Host).Ok();
        ToolResult pushed = With(null, "push", "-q", registry.Host + "/box:1");
        ToolResult logout = With(null, "logout", registry.Host);
        ToolResult refused = With(null, "push", "-q", registry.Host + "/box:1");

        Assert.DoesNotContain("WARNING", login.Error, StringComparison.Ordinal);
        Assert.Equal($"{registry.Host}/box:1\n", pushed.Ok().Output);
        Assert.DoesNotContain("bWU6", File.ReadAllText(at + "/config.json"), StringComparison.Ordinal);
        Assert.Equal($"Removing login credentials for {registry.Host}\n", logout.Ok().Output);
        Assert.Equal((1, false), (refused.ExitCode, File.Exists(at + "/kept")));
    }

    [KernelTheory(Usual)]
    [InlineData("nosuch:1", "An image does not exist locally with the tag: nosuch", "inro tag")]
    [InlineData("busybox@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "cannot push a digest reference", "inro push busybox:TAG")]
    public void What_cannot_be_pushed_is_said(string name, string problem, string remedy)
    {
        using Instance inro = Instance.WithBusybox();

        ToolResult refused = inro.Run("push", name);

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains(problem, refused.Error, StringComparison.Ordinal);
        Assert.Contains(remedy, refused.Error, StringComparison.Ordinal);
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
