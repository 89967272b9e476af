using System.Text.Json;
using Inro.Conformance.Containers;
using Inro.KernelTests.Harness;
using Inro.KernelTests.Images.Support;
using Xunit;

namespace Inro.Conformance.Images;

/// <summary><c>inro images</c>: filters, formats and the tree.</summary>
public sealed class ImagesVerbTests
{
    [KernelTheory(Instance.Usual)]
    [InlineData("label=kind", "second")]
    [InlineData("label=kind=test", "second")]
    [InlineData("label=kind=other", "")]
    [InlineData("pinned=true", "busybox")]
    [InlineData("pinned=false", "second")]
    [InlineData("dangling=true", "")]
    [InlineData("dangling=false", "busybox second")]
    [InlineData("reference=sec*", "second")]
    [InlineData("until=2024-01-01", "")]
    [InlineData("until=1h", "busybox second")]
    public void Filters_choose(string filter, string expected)
    {
        using Instance inro = WithTwo();

        Assert.Equal(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries), Lines(inro.Ok("images", "--filter", filter, "--format", "{{.Repository}}")).Order());
    }

    [KernelFact(Instance.Usual)]
    public void Formats_have_the_fields_of_docker_and_whether_it_is_pinned()
    {
        using Instance inro = WithTwo();

        Assert.Equal(["PINNED    TAG", "true      latest"], Lines(inro.Ok("images", "--format", "table {{.Pinned}}\t{{.Tag}}", "busybox")));
        using JsonDocument json = JsonDocument.Parse(inro.Ok("images", "--format", "json", "second"));
        Assert.Equal("second", json.RootElement.GetProperty("Repository").GetString());
        Assert.Equal(inro.Ok("images", "--digests", "--format", "{{.Digest}}", "second").Trim(), json.RootElement.GetProperty("Digest").GetString());
        Assert.Equal("true\n", inro.Ok("inspect", "--format", "{{.Metadata.Pinned}}", "busybox"));
    }

    [KernelFact(Instance.Usual)]
    public void The_tree_shows_what_each_image_is_for_and_who_needs_it()
    {
        using Instance inro = WithTwo();
        inro.Ok("create", "second:1", "sh");
        string id = inro.Ok("images", "-q", "second").Trim();

        string[] tree = Lines(inro.Ok("images", "--tree"));

        Assert.Matches("^IMAGE +ID +DISK USAGE +CONTENT SIZE +USED +PINNED$", tree[0]);
        int at = Array.FindIndex(tree, static l => l.StartsWith("second:1 ", StringComparison.Ordinal));
        Assert.Matches($"^second:1 +{id} +[0-9.]+MB +[0-9.]+MB +✔ *$", tree[at]);
        Assert.Matches("^└─ linux/(amd64|arm64) +[0-9a-f]{12} ", tree[at + 1]);
        Assert.Equal(1, inro.Run("images", "--tree", "-q").ExitCode);
    }

    [KernelFact(Instance.Usual | Needs.Registry | Needs.Skopeo)]
    public void The_digest_of_what_was_pulled_is_the_registrys()
    {
        using var registry = new TestRegistry();
        registry.Put(TestImages.BusyboxImage(), "box:1");
        using Instance inro = Instance.Empty();
        string said = inro.Ok("pull", registry.Host + "/box:1");

        string digest = inro.Ok("images", "--digests", "--format", "{{.Digest}}").Trim();

        Assert.Contains($"Digest: {digest}\n", said, StringComparison.Ordinal);
        Assert.Equal($"[{registry.Host}/box@{digest}]\n", inro.Ok("inspect", "--format", "{{.RepoDigests}}", registry.Host + "/box:1"));
    }

    private static Instance WithTwo()
    {
        Instance inro = Instance.WithBusybox();
        string archive = inro.Beside("second.tar");
        new TestImage { Name = "docker.io/library/second:1", Defaults = new() { Labels = new Dictionary<string, string> { ["kind"] = "test" } } }.Layer(TestImages.BusyboxLayer()).WriteLayout(archive);
        inro.Ok("load", "-q", "-i", archive);
        inro.Ok("image", "pin", "busybox");
        return inro;
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
