using System.Text.RegularExpressions;
using Inro.Conformance.Containers;
using Inro.KernelTests.Harness;
using Inro.KernelTests.Images.Support;
using Inro.Spec;
using Xunit;

namespace Inro.Conformance.Images;

/// <summary>The images that all tests can count on: each is made the same twice, goes to a registry, comes back and runs; those that are wrong are refused by name.</summary>
public sealed partial class KnownImagesTests
{
    private const Needs Usual = Instance.Usual | Needs.Registry | Needs.Skopeo | Needs.Zstd;

    public static TheoryData<string> Names => [.. KnownImages.All.Select(static i => i.Name)];

    [KernelTheory(Usual)]
    [MemberData(nameof(Names))]
    public void Each_is_the_same_twice_and_after_its_way_through_a_registry(string name)
    {
        using Instance inro = Instance.Empty();
        using var registry = new TestRegistry();
        KnownImage image = KnownImages.All.Single(i => i.Name == name);
        image.Make().WriteDirectory(inro.Beside("layout"));
        string reference = $"{registry.Host}/{name}";

        string given = Digests().Match(inro.Ok("image", "copy", $"oci:{inro.Beside("layout")}:image", "docker://" + reference)).Value;
        inro.Ok("pull", "-q", reference);
        string came = inro.Ok("images", "--digests", "--format", "{{.Digest}}").Trim();

        Assert.Equal(File.ReadAllText(inro.Beside("layout") + "/index.json"), System.Text.Encoding.UTF8.GetString(image.Make().Layout()["index.json"]));
        Assert.Equal(given, came);
        if (image.Prints is { } prints) { Assert.Equal(prints, inro.Ok(["run", "--rm", "--network", "none", reference, .. image.Command])); }
    }

    [KernelFact(Usual)]
    public void Images_on_one_base_share_it_and_tags_of_one_repository_are_images_of_their_own()
    {
        using Instance inro = Instance.Empty();
        using var registry = new TestRegistry();
        foreach (KnownImage image in KnownImages.All.Where(static i => i.Name is "server:1" or "interpreter:1" || i.Name.StartsWith("alpine:", StringComparison.Ordinal)))
        {
            string layout = inro.Beside(image.Name.Replace(':', '-'));
            image.Make().WriteDirectory(layout);
            inro.Ok("image", "copy", "-q", $"oci:{layout}:image", $"docker://{registry.Host}/{image.Name}");
        }

        inro.Ok("pull", "-q", registry.Host + "/server:1");
        string second = inro.Ok("pull", registry.Host + "/interpreter:1");
        inro.Ok("pull", "-q", "--all-tags", registry.Host + "/alpine");

        Assert.Contains(": Already exists\n", second, StringComparison.Ordinal);
        Assert.Equal(6, Directory.GetDirectories(inro.Root + "/snapshots").Length); // the base, one above it for each of both, three alpines
        Assert.Equal(3, inro.Ok("images", "-q", registry.Host + "/alpine").Split('\n', StringSplitOptions.RemoveEmptyEntries).Distinct().Count());
    }

    [KernelFact(Usual)]
    public void Of_an_index_with_unknown_platforms_the_own_one_is_pulled_and_others_are_named()
    {
        using Instance inro = Instance.Empty();
        using var registry = new TestRegistry();
        TestIndex.Write(inro.Beside("multi"));
        inro.Ok("image", "copy", "-q", "--all", $"oci:{inro.Beside("multi")}:multi", $"docker://{registry.Host}/multi:1");

        inro.Ok("pull", "-q", registry.Host + "/multi:1");
        string own = inro.Ok("inspect", "--format", "{{.Os}}/{{.Architecture}}", registry.Host + "/multi:1").Trim();
        inro.Ok("pull", "-q", "--platform", "linux/arm64", registry.Host + "/multi:1");
        string other = inro.Ok("inspect", "--format", "{{.Os}}/{{.Architecture}}", registry.Host + "/multi:1").Trim();
        ToolResult absent = inro.Run("pull", "--platform", "linux/riscv64", registry.Host + "/multi:1");

        Assert.Equal((Platform.Host.Architecture, "arm64"), (own["linux/".Length..], other["linux/".Length..]));
        Assert.Equal(1, absent.ExitCode);
        Assert.Contains("linux/amd64, linux/arm64", absent.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("unknown", absent.Error, StringComparison.Ordinal);
    }

    [KernelFact(Usual)]
    public void A_schema_1_manifest_is_refused_by_its_name_and_with_a_way_out()
    {
        using Instance inro = Instance.Empty();
        using var registry = new TestRegistry(withSchemaOne: true);
        registry.Put(new TestImage { HasHistory = true }.Layer(TestImages.BusyboxLayer()), "box:2");
        Tool.Run("skopeo", ["copy", "-q", "--format", "v2s1", "--src-tls-verify=false", "--dest-tls-verify=false", $"docker://{registry.Host}/box:2", $"docker://{registry.Host}/box:1"], TimeSpan.FromSeconds(60)).Ok();

        ToolResult pulled = inro.Run("pull", registry.Host + "/box:1");
        ToolResult copied = inro.Run("image", "copy", "-q", $"docker://{registry.Host}/box:1", "dir:" + inro.Beside("dir"));

        Assert.All((ToolResult[])[pulled, copied], static r =>
        {
            Assert.Equal(1, r.ExitCode);
            Assert.Contains("schema 1 manifest, which is not supported", r.Error, StringComparison.Ordinal);
            Assert.Contains("try: ", r.Error, StringComparison.Ordinal);
        });
        Assert.Empty(inro.Ok("images", "-q"));
        Assert.False(Path.Exists(inro.Beside("dir")));
    }

    [KernelTheory(Usual)]
    [InlineData("layer")]
    [InlineData("config")]
    [InlineData("manifest")]
    public void An_image_whose_bytes_are_not_those_of_its_digests_is_refused(string part)
    {
        using Instance inro = Instance.Empty();
        using var registry = new TestRegistry();
        TestImages.BusyboxImage().Layer(new TarWriter().File("etc/two", "2")).WriteDirectory(inro.Beside("layout"));
        string reference = registry.Host + "/box:1";
        string digest = Digests().Match(inro.Ok("image", "copy", "oci:" + inro.Beside("layout"), "docker://" + reference)).Value;
        string changed = Damage(registry, part, digest);

        ToolResult refused = inro.Run("pull", part == "manifest" ? $"{registry.Host}/box@{digest}" : reference);

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains(part == "layer" ? "its digest is" : changed, refused.Error, StringComparison.Ordinal); // a layer is found out by what it unpacks to
        Assert.Empty(inro.Ok("images", "-q"));
        Assert.Empty(Directory.Exists(inro.Root + "/snapshots") ? Directory.GetDirectories(inro.Root + "/snapshots") : []);
    }

    /// <summary>Changes a byte of what the registry keeps.</summary>
    /// <returns>What the refusal has to name.</returns>
    private static string Damage(TestRegistry registry, string part, string manifest)
    {
        (string Path, byte[] Bytes)[] blobs = [.. Directory.GetFiles(registry.Data, "data", SearchOption.AllDirectories).Select(static f => (f, File.ReadAllBytes(f)))];
        (string path, byte[] bytes) = part switch
        {
            "layer" => blobs.Where(static b => b.Bytes[0] == 0x1F).MinBy(static b => b.Bytes.Length),
            "config" => blobs.Single(static b => b.Bytes[0] == (byte)'{' && b.Bytes.AsSpan().IndexOf("\"rootfs\""u8) >= 0),
            _ => blobs.Single(b => b.Path.Contains(manifest["sha256:".Length..], StringComparison.Ordinal)),
        };
        int at = part == "layer" ? bytes.Length - 10 : bytes.AsSpan().IndexOf("sha256"u8) + 20;
        bytes[at] = (byte)(bytes[at] == (byte)'a' ? 'b' : 'a');
        File.WriteAllBytes(path, bytes);
        return Path.GetFileName(Path.GetDirectoryName(path)!);
    }

    [GeneratedRegex("sha256:[0-9a-f]{64}")]
    private static partial Regex Digests();
}
