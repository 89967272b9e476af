using System.Text.Json;
using Inro.Conformance.Containers;
using Inro.KernelTests.Harness;
using Inro.KernelTests.Images.Support;
using Inro.Spec;
using Inro.Spec.Image;
using Xunit;

namespace Inro.Conformance.Images;

/// <summary><c>inro image copy</c> between all kinds of places; skopeo and umoci read what it writes, and it reads what they write.</summary>
public sealed class CopyVerbTests
{
    private const Needs Usual = Instance.Usual | Needs.Registry | Needs.Skopeo | Needs.Umoci;

    [KernelTheory(Usual)]
    [InlineData("oci:", ":v1")]
    [InlineData("oci-archive:", ":v1")]
    [InlineData("docker-archive:", ":team/box:1")]
    [InlineData("dir:", "")]
    public void Others_read_what_is_written_and_it_comes_back_the_same(string transport, string name)
    {
        using var registry = new TestRegistry();
        registry.Put(TestImages.BusyboxImage().Layer(new TarWriter().File("etc/two", "2"), LayerPacking.None), "team/box:1");
        using Instance inro = Instance.Empty();
        string place = $"{transport}{inro.Beside("place")}{name}";

        inro.Ok("image", "copy", "-q", $"docker://{registry.Host}/team/box:1", place);
        Skopeo("copy", "--dest-tls-verify=false", place, $"docker://{registry.Host}/skopeo/box:1");
        inro.Ok("image", "copy", place, $"docker://{registry.Host}/back/box:1");

        Assert.Equal(DigestAt(registry, "team/box:1"), DigestAt(registry, "back/box:1"));
        Assert.Equal(DiffIds(registry, "team/box:1"), DiffIds(registry, "skopeo/box:1"));
        Assert.DoesNotContain(Directory.GetFileSystemEntries(Path.GetDirectoryName(inro.Beside("place"))!, ".inro*"), static _ => true);
    }

    [KernelTheory(Usual)]
    [InlineData("oci:", ":v1")]
    [InlineData("oci-archive:", ":v1")]
    [InlineData("docker-archive:", ":team/box:1")]
    [InlineData("dir:", "")]
    public void What_others_write_is_read(string transport, string name)
    {
        using var registry = new TestRegistry();
        registry.Put(TestImages.BusyboxImage().Layer(new TarWriter().File("etc/two", "2")), "team/box:1");
        using Instance inro = Instance.Empty();
        string place = $"{transport}{inro.Beside("place")}{name}";
        Skopeo("copy", "--src-tls-verify=false", $"docker://{registry.Host}/team/box:1", place);

        inro.Ok("image", "copy", place, $"docker://{registry.Host}/back/box:1");
        inro.Ok("image", "copy", "-q", place, "inro:here:1");

        Assert.Equal(DiffIds(registry, "team/box:1"), DiffIds(registry, "back/box:1"));
        Assert.All(LayerTypes(registry, "back/box:1"), static t => Assert.Equal(MediaTypes.OciLayerGzip, t)); // a plain layer of an archive without manifest is compressed
        Assert.Equal("2", inro.Ok("run", "--rm", "--network", "none", "here:1", "cat", "/etc/two"));
    }

    [KernelFact(Usual)]
    public void Umoci_and_the_store_give_and_take_layouts()
    {
        using Instance inro = Instance.WithBusybox();
        string layout = inro.Beside("layout");

        inro.Ok("image", "copy", "-q", "inro:busybox", $"oci:{layout}:box");
        Tool.Run("umoci", ["unpack", "--image", layout + ":box", inro.Beside("bundle")], TimeSpan.FromSeconds(60)).Ok();
        File.WriteAllText(inro.Beside("bundle") + "/rootfs/etc/new", "new");
        Tool.Run("umoci", ["repack", "--image", layout + ":more", inro.Beside("bundle")], TimeSpan.FromSeconds(60)).Ok();
        inro.Ok("image", "copy", "-q", $"oci:{layout}:more", "inro:more:1");
        ToolResult unnamed = inro.Run("image", "copy", "oci:" + layout, "inro:which:1");

        Assert.Equal(File.ReadAllBytes("/bin/busybox"), File.ReadAllBytes(inro.Beside("bundle") + "/rootfs/bin/busybox"));
        Assert.Equal("new", inro.Ok("run", "--rm", "--network", "none", "more:1", "cat", "/etc/new"));
        Assert.Equal((1, true), (unnamed.ExitCode, unnamed.Error.Contains("box, more", StringComparison.Ordinal)));
    }

    [KernelFact(Usual)]
    public void All_of_an_index_goes_or_one_platform_or_the_index_alone()
    {
        using var registry = new TestRegistry();
        using Instance inro = Instance.Empty();
        string layout = inro.Beside("multi");
        Digest index = TestIndex.Write(layout);
        string host = registry.Host;

        string all = inro.Ok("image", "copy", "--all", $"oci:{layout}:multi", $"docker://{host}/m:all", "--digestfile", inro.Beside("digest"));
        inro.Ok("image", "copy", "-q", "--platform", "linux/arm64", $"docker://{host}/m:all", $"docker://{host}/m:arm");
        inro.Ok("image", "copy", "-q", "--multi-arch", "index-only", $"oci:{layout}:multi", $"docker://{host}/m:again");
        ToolResult missing = inro.Run("image", "copy", "-q", "--platform", "linux/s390x", $"docker://{host}/m:all", $"docker://{host}/m:s390");
        ToolResult archive = inro.Run("image", "copy", "--all", $"docker://{host}/m:all", $"docker-archive:{inro.Beside("a.tar")}:m:1");
        inro.Ok("image", "copy", "-q", "--all", $"docker://{host}/m:all", $"dir:{inro.Beside("dir")}");
        Skopeo("copy", "--all", "--dest-tls-verify=false", "dir:" + inro.Beside("dir"), $"docker://{host}/skopeo:all");
        Skopeo("copy", "--all", "--src-tls-verify=false", $"docker://{host}/m:all", "dir:" + inro.Beside("theirs"));
        inro.Ok("image", "copy", "-q", "--multi-arch=all", "dir:" + inro.Beside("theirs"), $"oci-archive:{inro.Beside("o.tar")}");
        Skopeo("copy", "--all", "--dest-tls-verify=false", "oci-archive:" + inro.Beside("o.tar"), $"docker://{host}/archive:all");

        Assert.EndsWith($"Digest: {index}\n", all, StringComparison.Ordinal);
        Assert.Equal(index.ToString(), File.ReadAllText(inro.Beside("digest")));
        Assert.Equal(MediaTypes.OciManifest, Raw(registry, "m:arm").GetProperty("mediaType").GetString());
        Assert.All((string[])["m:all", "m:again", "skopeo:all", "archive:all"], name => Assert.Equal(index.ToString(), DigestAt(registry, name)));
        Assert.Contains("it is there for: linux/amd64, linux/arm64", missing.Error, StringComparison.Ordinal);
        Assert.Contains("holds images for one platform", archive.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(inro.Beside("a.tar")));
    }

    [KernelFact(Usual)]
    public void Documents_are_rewritten_in_the_words_that_are_asked_for()
    {
        using var registry = new TestRegistry();
        registry.Put(TestImages.BusyboxImage(), "box:oci");
        using Instance inro = Instance.Empty();
        string host = registry.Host;

        inro.Ok("image", "copy", "-q", "--format", "v2s2", $"docker://{host}/box:oci", $"docker://{host}/box:docker");
        inro.Ok("image", "copy", "-q", "--format", "oci", $"docker://{host}/box:docker", $"docker://{host}/box:back");
        inro.Ok("image", "copy", "-q", $"docker://{host}/box:docker", $"oci:{inro.Beside("layout")}:box");
        ToolResult kept = inro.Run("image", "copy", "-q", "--format", "v2s2", "--preserve-digests", $"docker://{host}/box:oci", $"docker://{host}/box:kept");
        Tool.Run("umoci", ["unpack", "--image", inro.Beside("layout") + ":box", inro.Beside("bundle")], TimeSpan.FromSeconds(60)).Ok();

        Assert.Equal(MediaTypes.DockerManifest, Raw(registry, "box:docker").GetProperty("mediaType").GetString());
        Assert.Equal(MediaTypes.DockerConfig, Raw(registry, "box:docker").GetProperty("config").GetProperty("mediaType").GetString());
        Assert.Equal(MediaTypes.DockerLayerGzip, LayerTypes(registry, "box:docker")[0]);
        Assert.Equal(MediaTypes.OciManifest, Raw(registry, "box:back").GetProperty("mediaType").GetString());
        Assert.Equal(DiffIds(registry, "box:oci"), DiffIds(registry, "box:docker"));
        Assert.Equal((1, true), (kept.ExitCode, kept.Error.Contains("its digest is to be kept", StringComparison.Ordinal)));
    }

    [KernelFact(Usual)]
    public void Within_a_registry_blobs_are_mounted_and_what_is_there_is_not_given_again()
    {
        using var registry = new TestRegistry();
        registry.Put(TestImages.BusyboxImage(), "one/box:1");
        using Instance inro = Instance.Empty();

        string mounted = inro.Ok("image", "copy", $"docker://{registry.Host}/one/box:1", $"docker://{registry.Host}/two/box:1");
        string there = inro.Ok("image", "copy", $"docker://{registry.Host}/one/box:1", $"docker://{registry.Host}/two/box:2");

        Assert.Contains(": Mounted from another repository\n", mounted, StringComparison.Ordinal);
        Assert.Contains(": Already exists\n", there, StringComparison.Ordinal);
        Assert.DoesNotContain("Copying", mounted + there, StringComparison.Ordinal);
    }

    [KernelFact(Usual)]
    public void Credentials_and_the_safety_of_the_line_are_said_for_each_side()
    {
        using var registry = new TestRegistry(user: ("me", "secret"), isSafe: true);
        using var open = new TestRegistry();
        open.Put(TestImages.BusyboxImage(), "box:1");
        using Instance inro = Instance.Empty();
        string to = $"docker://{registry.Host}/box:1";
        string from = $"docker://{open.Host}/box:1";

        ToolResult stranger = inro.Run("image", "copy", "-q", from, to);
        ToolResult strict = inro.Run("image", "copy", "-q", "--retry-times", "0", "--dest-tls-verify", "--dest-creds", "me:secret", from, to);
        inro.Ok("image", "copy", "-q", "--src-tls-verify=false", "--dest-tls-verify=false", "--dest-creds", "me:secret", from, to);
        inro.Ok("image", "copy", "-q", "--src-creds=me:secret", to, "dir:" + inro.Beside("dir"));

        Assert.Equal((1, true), (stranger.ExitCode, stranger.Error.Contains("inro login", StringComparison.Ordinal)));
        Assert.Equal((1, true), (strict.ExitCode, strict.Error.Contains("no safe connection", StringComparison.Ordinal)));
        Assert.True(File.Exists(inro.Beside("dir") + "/manifest.json"));
    }

    [KernelTheory(Usual)]
    [InlineData("oci:", ":v1")]
    [InlineData("oci-archive:", ":v1")]
    [InlineData("docker-archive:", ":team/box:1")]
    [InlineData("dir:", "")]
    public void A_damaged_source_leaves_nothing_and_changes_nothing(string transport, string name)
    {
        using Instance inro = Instance.Empty();
        string good = inro.Beside("good");
        string bad = inro.Beside("bad");
        TestImages.BusyboxImage("box:1").WriteDirectory(good);
        TestImages.BusyboxImage("box:1").Layer(new TarWriter().File("etc/two", "2")).WriteDirectory(bad);
        string layer = Directory.GetFiles(bad + "/blobs/sha256").First(f => !File.Exists(f.Replace(bad, good, StringComparison.Ordinal)) && File.ReadAllBytes(f)[0] == 0x1F);
        byte[] bytes = File.ReadAllBytes(layer);
        bytes[^20] ^= 1;
        File.WriteAllBytes(layer, bytes);
        string place = inro.Beside("place");

        ToolResult fresh = inro.Run("image", "copy", "-q", "oci:" + bad, $"{transport}{place}{name}");
        bool isThere = Path.Exists(place);
        inro.Ok("image", "copy", "-q", "oci:" + good, $"{transport}{place}{name}");
        string before = Contents(place);
        ToolResult over = inro.Run("image", "copy", "-q", "oci:" + bad, $"{transport}{place}{name}");

        Assert.Equal((1, 1, false), (fresh.ExitCode, over.ExitCode, isThere));
        Assert.Contains(Path.GetFileName(layer), fresh.Error, StringComparison.Ordinal);
        Assert.Equal(before, Contents(place));
    }

    [KernelTheory(Usual)]
    [InlineData("nowhere:x", "dir:y", "it begins with no known transport")]
    [InlineData("docker:x", "dir:y", "docker://NAME")]
    [InlineData("dir:", "dir:y", "nothing follows the transport")]
    [InlineData("oci:/nonexistent", "dir:y", "cannot be opened")]
    [InlineData("inro:busybox", "dir:/nonexistent/y", "make that directory first")]
    [InlineData("inro:busybox", "docker-archive:/dev/null", "no plain file")]
    [InlineData("inro:busybox", "dir:/usr", "the directory is not empty")]
    [InlineData("inro:nosuch", "dir:y", "No such image: nosuch:latest")]
    public void What_cannot_be_copied_is_said(string from, string to, string problem)
    {
        using Instance inro = Instance.WithBusybox();

        ToolResult refused = inro.Run("image", "copy", from, to);

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains(problem, refused.Error, StringComparison.Ordinal);
        Assert.False(Path.Exists("y"));
    }

    private static string Contents(string place) => File.Exists(place)
        ? Digest.Sha256(File.ReadAllBytes(place)).ToString()
        : string.Join('\n', Directory.GetFileSystemEntries(place, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(static f => $"{f} {(File.Exists(f) ? Digest.Sha256(File.ReadAllBytes(f)) : default)}"));

    private static string Skopeo(params string[] arguments) => Tool.Run("skopeo", arguments, TimeSpan.FromSeconds(60)).Ok().Output.Trim();

    private static string DigestAt(TestRegistry registry, string name) => Digest.Sha256(Tool.Run("skopeo", ["inspect", "--raw", "--tls-verify=false", $"docker://{registry.Host}/{name}"], TimeSpan.FromSeconds(60)).Ok().OutputBytes).ToString();

    private static JsonElement Raw(TestRegistry registry, string name) => JsonDocument.Parse(Skopeo("inspect", "--raw", "--tls-verify=false", $"docker://{registry.Host}/{name}")).RootElement;

    private static string[] LayerTypes(TestRegistry registry, string name) => [.. Raw(registry, name).GetProperty("layers").EnumerateArray().Select(static l => l.GetProperty("mediaType").GetString()!)];

    private static string DiffIds(TestRegistry registry, string name) =>
        JsonDocument.Parse(Skopeo("inspect", "--config", "--raw", "--tls-verify=false", $"docker://{registry.Host}/{name}")).RootElement.GetProperty("rootfs").GetProperty("diff_ids").GetRawText();
}
