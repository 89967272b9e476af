using System.Text.Json;
using Inro.Conformance.Containers;
using Inro.KernelTests.Harness;
using Inro.KernelTests.Images.Support;
using Inro.Spec;
using Inro.Spec.Image;
using Xunit;

namespace Inro.Conformance.Images;

/// <summary><c>inro image copy</c> with layers packed in another way: their digests change, what they unpack to does not.</summary>
public sealed class CopyPackingTests
{
    private const Needs Usual = Instance.Usual | Needs.Registry | Needs.Skopeo | Needs.Zstd;

    [KernelTheory(Usual)]
    [InlineData("docker", "--dest-compress-format=gzip", MediaTypes.OciLayerGzip)]
    [InlineData("docker", "--dest-compress-format=zstd --dest-compress-level=19", MediaTypes.OciLayerZstd)]
    [InlineData("docker", "--dest-decompress", MediaTypes.OciLayerTar)]
    [InlineData("oci", "--dest-compress-format=zstd", MediaTypes.OciLayerZstd)]
    [InlineData("oci", "--dest-decompress", MediaTypes.OciLayerTar)]
    [InlineData("dir", "--dest-compress-format=gzip --dest-compress-level=1", MediaTypes.OciLayerGzip)]
    [InlineData("oci-archive", "--dest-compress-format=zstd", MediaTypes.OciLayerZstd)]
    [InlineData("docker-archive", "--dest-decompress", MediaTypes.OciLayerTar)]
    public void Every_layer_is_packed_as_it_was_asked_for_and_the_config_stays(string transport, string flags, string type)
    {
        using Instance inro = Instance.Empty();
        using var registry = new TestRegistry();
        Mixed().WriteDirectory(inro.Beside("layout"));
        string place = transport switch
        {
            "docker" => $"docker://{registry.Host}/packed:1",
            "oci" or "oci-archive" => $"{transport}:{inro.Beside("place")}:1",
            "dir" => "dir:" + inro.Beside("place"),
            _ => $"{transport}:{inro.Beside("place")}:packed:1",
        };

        inro.Ok(["image", "copy", "-q", .. flags.Split(' '), $"oci:{inro.Beside("layout")}:image", place]);
        inro.Ok("image", "copy", "-q", place, "dir:" + inro.Beside("back")); // as it is there
        Tool.Run("skopeo", ["copy", "-q", "--src-tls-verify=false", place, "dir:" + inro.Beside("theirs")], TimeSpan.FromSeconds(60)).Ok();

        JsonElement manifest = Manifest(inro.Beside("back"));
        string config = manifest.GetProperty("config").GetProperty("digest").GetString()!;
        Assert.Equal(Digest.Sha256(Mixed().Config()).ToString(), config);
        Assert.All(manifest.GetProperty("layers").EnumerateArray(), l => Assert.Equal(type, l.GetProperty("mediaType").GetString()));
        Assert.All(manifest.GetProperty("layers").EnumerateArray(), l => Assert.Equal(type, TypeOf(File.ReadAllBytes($"{inro.Beside("back")}/{l.GetProperty("digest").GetString()!["sha256:".Length..]}"))));
        Assert.Equal(config, Manifest(inro.Beside("theirs")).GetProperty("config").GetProperty("digest").GetString());
        inro.Ok("image", "copy", "-q", place, "inro:packed:1"); // compares every layer with its diff id
        Assert.Equal("three\n", inro.Ok("run", "--rm", "--network", "none", "packed:1", "cat", "/three"));
    }

    [KernelFact(Usual)]
    public void An_index_names_the_new_manifests_and_what_is_packed_so_already_stays()
    {
        using Instance inro = Instance.Empty();
        using var registry = new TestRegistry();
        TestIndex.Write(inro.Beside("multi"));
        string host = registry.Host;

        inro.Ok("image", "copy", "-q", "--all", "--dest-compress-format", "zstd", $"oci:{inro.Beside("multi")}:multi", $"docker://{host}/multi:zstd");
        inro.Ok("image", "copy", "-q", "--all", "--dest-compress-format", "gzip", $"oci:{inro.Beside("multi")}:multi", $"docker://{host}/multi:gzip");
        inro.Ok("image", "copy", "-q", "--platform", "linux/arm64", $"docker://{host}/multi:zstd", "dir:" + inro.Beside("arm"));

        Assert.Equal(MediaTypes.OciLayerZstd, Manifest(inro.Beside("arm")).GetProperty("layers")[0].GetProperty("mediaType").GetString());
        Assert.Equal(TestIndex.Write(inro.Beside("again")).ToString(), DigestAt($"docker://{host}/multi:gzip")); // all was gzip
    }

    [KernelFact(Usual)]
    public void Words_of_Docker_are_kept_where_they_have_one_for_it()
    {
        using Instance inro = Instance.Empty();
        using var registry = new TestRegistry();
        string host = registry.Host;
        TestImages.BusyboxImage().WriteDirectory(inro.Beside("layout"));
        inro.Ok("image", "copy", "-q", "--format", "v2s2", "oci:" + inro.Beside("layout"), $"docker://{host}/box:1");

        inro.Ok("image", "copy", "-q", "--dest-decompress", $"docker://{host}/box:1", "dir:" + inro.Beside("plain"));
        inro.Ok("image", "copy", "-q", "--dest-compress-format", "zstd", $"docker://{host}/box:1", "dir:" + inro.Beside("zstd"));
        ToolResult unsayable = inro.Run("image", "copy", "-q", "--format", "v2s2", "--dest-compress-format", "zstd", $"docker://{host}/box:1", "dir:" + inro.Beside("none"));
        ToolResult kept = inro.Run("image", "copy", "-q", "--preserve-digests", "--dest-decompress", $"docker://{host}/box:1", "dir:" + inro.Beside("none"));

        Assert.Equal(MediaTypes.DockerLayerTar, Manifest(inro.Beside("plain")).GetProperty("layers")[0].GetProperty("mediaType").GetString());
        Assert.Equal(MediaTypes.OciManifest, Manifest(inro.Beside("zstd")).GetProperty("mediaType").GetString());
        Assert.Contains("Docker's schema 2 has no words for", unsayable.Error, StringComparison.Ordinal);
        Assert.Contains("its digest is to be kept", kept.Error, StringComparison.Ordinal);
        Assert.False(Path.Exists(inro.Beside("none")));
    }

    [KernelTheory(Usual)]
    [InlineData("--dest-compress-format lzma", "must be one of gzip, zstd")]
    [InlineData("--dest-compress-format gzip --dest-compress-level 12", "gzip has the levels 1 to 9")]
    [InlineData("--dest-compress-level 3", "says nothing without")]
    [InlineData("--dest-decompress --dest-compress", "exclude each other")]
    public void What_contradicts_itself_is_refused(string flags, string problem)
    {
        using Instance inro = Instance.Empty();

        ToolResult refused = inro.Run(["image", "copy", .. flags.Split(' '), "dir:/nonexistent", "dir:/nonexistent/either"]);

        Assert.Equal(125, refused.ExitCode);
        Assert.Contains(problem, refused.Error, StringComparison.Ordinal);
    }

    /// <summary>A layer of each packing.</summary>
    private static TestImage Mixed() => new TestImage { Name = "image" }
        .Layer(TestImages.BusyboxLayer())
        .Layer(new TarWriter().File("two", "two\n"), LayerPacking.Zstd)
        .Layer(new TarWriter().File("three", "three\n"), LayerPacking.None);

    private static JsonElement Manifest(string directory) => JsonDocument.Parse(File.ReadAllBytes(directory + "/manifest.json")).RootElement;

    private static string DigestAt(string place) => Digest.Sha256(Tool.Run("skopeo", ["inspect", "--raw", "--tls-verify=false", place], TimeSpan.FromSeconds(60)).Ok().OutputBytes).ToString();

    private static string TypeOf(byte[] layer) => layer switch
    {
        [0x1F, 0x8B, ..] => MediaTypes.OciLayerGzip,
        [0x28, 0xB5, 0x2F, 0xFD, ..] => MediaTypes.OciLayerZstd,
        _ => MediaTypes.OciLayerTar,
    };
}
