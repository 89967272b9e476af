using System.Text;
using Inro.Images;
using Inro.Images.Transfers;
using Inro.KernelTests.Harness;
using Inro.KernelTests.Images.Support;
using Inro.Spec;
using Xunit;

namespace Inro.KernelTests.Images;

/// <summary>Whole archives into a store: every form, and nothing left of those that fail.</summary>
public sealed class LoadTests
{
    [KernelFact(Needs.Root | Needs.Busybox)]
    public async Task Layout_archive_becomes_an_image_with_its_files()
    {
        using var store = new ImageStore();
        using TempDir input = TempDir.Create();
        TransferResult loaded = await store.LoadAsync(TestImages.Busybox(input / "busybox.tar"));

        ImageRecord image = Assert.Single(loaded.Images);
        Assert.Equal("docker.io/library/busybox:latest", image.Reference);
        Assert.Equal(File.ReadAllBytes("/bin/busybox"), File.ReadAllBytes(store.LayerPath(loaded) + "/bin/ls"));
        Assert.All(image.Blobs, blob => Assert.True(store.Content.Contains(blob)));
        Assert.Equal(image, store.Metadata.FindImage("docker.io/library/busybox:latest"));
    }

    public static TheoryData<string> Forms => ["layout", "docker", "directory", "gzip", "zstd", "stream", "stream-gzip", "docker-stream", "docker-gzip-layers", "docker-zstd-layers"];

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Every_form_of_archive_gives_the_same_tree(string form)
    {
        using var store = new ImageStore();
        TransferResult loaded = await LoadForm(store, form);

        Assert.Equal("docker.io/library/test:latest", Assert.Single(loaded.Images).Reference);
        Assert.Equal("one", File.ReadAllText(store.LayerPath(loaded, fromTop: 2) + "/a/one"));
        Assert.Equal("two", File.ReadAllText(store.LayerPath(loaded, fromTop: 1) + "/a/two"));
        Assert.Equal("three", File.ReadAllText(store.LayerPath(loaded) + "/a/three"));
        Assert.All(loaded.Images[0].Blobs, blob => { using Inro.Images.Bytes.VerifyingStream bytes = store.Content.OpenVerified(blob); bytes.Finish(); });
    }

    [Fact]
    public async Task Loading_again_keeps_everything_once()
    {
        using var store = new ImageStore();
        await LoadForm(store, "layout");
        string[] before = store.Leavings();

        TransferResult again = await LoadForm(store, "layout");

        Assert.Equal(0, again.NewLayers);
        Assert.Equal(before.Order(), store.Leavings().Order());
    }

    [Fact]
    public async Task Docker_archive_loaded_twice_keeps_its_layers_once()
    {
        using var store = new ImageStore();
        TransferResult first = await LoadForm(store, "docker");
        TransferResult again = await LoadForm(store, "docker");

        Assert.Equal(0, again.NewLayers);
        Assert.Equal(first.Images[0].Manifest, again.Images[0].Manifest);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(600)]
    [InlineData(5_000)]
    [InlineData(-1_600)]
    [InlineData(-4_000)]
    public async Task Truncated_archive_is_refused_and_leaves_nothing(int at)
    {
        foreach (string form in (string[])["layout", "docker", "gzip", "stream"])
        {
            using var store = new ImageStore();
            using TempDir input = TempDir.Create();
            byte[] whole = form switch
            {
                "docker" => TestImage.Archive(Image().DockerArchive()),
                "gzip" => TestImage.Pack(TestImage.Archive(Image().Layout()), LayerPacking.Gzip),
                _ => TestImage.Archive(Image().Layout()),
            };
            byte[] cut = whole[..Math.Clamp(at < 0 ? whole.Length + at : at, 0, whole.Length - 1025)];

            await Assert.ThrowsAsync<ImageException>(() => Load(store, input, cut, form == "stream"));

            Assert.Empty(store.Leavings());
            Assert.Empty(store.Metadata.ListImages());
        }
    }

    [Theory]
    [InlineData("layer")]
    [InlineData("config")]
    [InlineData("manifest")]
    public async Task Tampered_blob_is_refused_and_leaves_nothing(string which)
    {
        foreach (bool stream in (bool[])[false, true])
        {
            using var store = new ImageStore();
            using TempDir input = TempDir.Create();
            Dictionary<string, byte[]> files = Image().Layout();
            string[] blobs = [.. files.Keys.Where(k => k.StartsWith("blobs/", StringComparison.Ordinal))]; // config, layers, manifest
            byte[] victim = files[which switch { "config" => blobs[0], "layer" => blobs[2], _ => blobs[^1] }];
            victim[victim.Length / 2] ^= 1;

            ImageException failure = await Assert.ThrowsAsync<ImageException>(() => Load(store, input, TestImage.Archive(files), stream));

            Assert.False(string.IsNullOrEmpty(failure.Message));
            Assert.Empty(store.Leavings());
        }
    }

    [Fact]
    public async Task Layer_that_is_not_its_diff_id_is_refused_and_leaves_nothing()
    {
        using var store = new ImageStore();
        using TempDir input = TempDir.Create();
        Dictionary<string, byte[]> files = Image().DockerArchive();
        files[$"{1:d64}/layer.tar"] = new TarWriter().File("other", "content").ToArray();

        ImageException failure = await Assert.ThrowsAsync<ImageException>(() => Load(store, input, TestImage.Archive(files), stream: false));

        Assert.Contains("digest", failure.Message, StringComparison.Ordinal);
        Assert.Empty(store.Leavings());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Layer_that_is_not_its_diff_id_is_refused_where_the_unpacked_layer_is_there_already(bool stream)
    {
        using var store = new ImageStore();
        using TempDir input = TempDir.Create();
        await Load(store, input, TestImage.Archive(Image().Layout()), stream);
        Dictionary<string, byte[]> files = Image().DockerArchive();
        files[$"{1:d64}/layer.tar"] = new TarWriter().File("other", "content").ToArray();

        ImageException failure = await Assert.ThrowsAsync<ImageException>(() => Load(store, input, TestImage.Archive(files), stream));

        Assert.Contains("digest", failure.Message, StringComparison.Ordinal);
        await Load(store, input, TestImage.Archive(Image().DockerArchive()), stream);
    }

    [Theory]
    [InlineData("opened")]
    [InlineData("unpacked")]
    [InlineData("flushed")]
    [InlineData("published")]
    public async Task Failure_at_any_step_leaves_nothing(string step)
    {
        using var store = new ImageStore();
        using TempDir input = TempDir.Create();
        var options = new TransferOptions { AtStep = at => { if (at == step) { throw new IOException("injected"); } } };

        await Assert.ThrowsAsync<IOException>(() => Load(store, input, TestImage.Archive(Image().Layout()), stream: false, options));

        Assert.Empty(store.Leavings());
    }

    [Theory]
    [InlineData("opened")]
    [InlineData("unpacked")]
    [InlineData("flushed")]
    [InlineData("published")]
    public async Task Kill_at_any_step_leaves_only_what_a_collection_removes(string step)
    {
        using var store = new ImageStore();
        using TempDir input = TempDir.Create();
        using TempDir killed = TempDir.Create();
        // what is on the disk at that instant is what a kill would leave: the locks are gone with the process
        var options = new TransferOptions { AtStep = at => { if (at == step) { Tool.Run("cp", ["-a", store.Path + "/.", killed.Path], TimeSpan.FromSeconds(30)).Ok(); } } };
        await Load(store, input, TestImage.Archive(Image().Layout()), stream: false, options);

        using var after = new ImageStore(at: killed.Path);
        after.Collect();

        Assert.Empty(after.Leavings());
    }

    [Fact]
    public async Task Collection_keeps_what_rows_know()
    {
        using var store = new ImageStore();
        TransferResult loaded = await LoadForm(store, "layout");

        store.Collect();

        Assert.Equal("three", File.ReadAllText(store.LayerPath(loaded) + "/a/three"));
        Assert.All(loaded.Images[0].Blobs, blob => Assert.True(store.Content.Contains(blob)));
    }

    [Fact]
    public async Task Failed_rows_leave_no_blob()
    {
        using var store = new ImageStore();
        using TempDir input = TempDir.Create();
        store.Metadata.FailCommit = new IOException("the database is full");

        await Assert.ThrowsAsync<IOException>(() => Load(store, input, TestImage.Archive(Image().Layout()), stream: false));

        Assert.Empty(store.Leavings());
    }

    [Fact]
    public async Task Tampering_with_a_stored_blob_is_found_on_reading()
    {
        using var store = new ImageStore();
        TransferResult loaded = await LoadForm(store, "layout");
        Digest config = loaded.Images[0].Config;
        string path = $"{store.Path}/blobs/sha256/{config.Hex}";
        byte[] bytes = File.ReadAllBytes(path);
        bytes[10] ^= 1;
        File.WriteAllBytes(path, bytes);

        Assert.Throws<Inro.Images.Bytes.BlobMismatchException>(() => store.Content.Read(config, 1 << 20));
    }

    [Fact]
    public async Task Two_loads_of_one_image_at_once_agree()
    {
        using var store = new ImageStore();
        using TempDir input = TempDir.Create();
        string path = input / "image.tar";
        Image().WriteLayout(path);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => store.LoadAsync(path))));

        store.Collect();
        Assert.Equal(3, store.Metadata.KnownSnapshots().Count);
        Assert.Equal(3, Directory.GetDirectories(store.Path + "/snapshots").Length);
        Assert.Empty(Directory.GetFiles(store.Path + "/ingest"));
    }

    [Fact]
    public async Task Forty_layers_load()
    {
        using var store = new ImageStore();
        using TempDir input = TempDir.Create();
        var image = new TestImage();
        for (int i = 0; i < 40; i++) { image.Layer(new TarWriter().File($"f{i}", $"{i}")); }

        image.WriteLayout(input / "image.tar");
        TransferResult loaded = await store.LoadAsync(input / "image.tar");

        Assert.Equal(40, store.Metadata.FindChain(loaded.Images[0].ChainId!.Value)!.Count);
    }

    [Fact]
    public async Task Manifest_for_this_platform_is_chosen_from_an_index()
    {
        using var store = new ImageStore();
        using TempDir input = TempDir.Create();
        Dictionary<string, byte[]> files = Image().Layout();
        string index = Encoding.UTF8.GetString(files["index.json"]);
        string own = index[(index.IndexOf('[', StringComparison.Ordinal) + 1)..index.LastIndexOf(']')];
        string other = own.Replace(Platform.Host.Architecture, "s390x", StringComparison.Ordinal).Replace(own.Split("sha256:")[1][..64], new string('0', 64), StringComparison.Ordinal);
        files["index.json"] = TarWriter.Bytes($$"""{"schemaVersion":2,"manifests":[{{other}},{{own}}]}""");

        TransferResult loaded = await Load(store, input, TestImage.Archive(files), stream: false);

        Assert.Single(loaded.Images);
    }

    [Fact]
    public async Task Image_for_another_platform_only_is_refused_by_name()
    {
        using var store = new ImageStore();
        using TempDir input = TempDir.Create();
        Dictionary<string, byte[]> files = Image().Layout();
        files["index.json"] = TarWriter.Bytes(Encoding.UTF8.GetString(files["index.json"]).Replace(Platform.Host.Architecture, "s390x", StringComparison.Ordinal));

        ImageException failure = await Assert.ThrowsAsync<ImageException>(() => Load(store, input, TestImage.Archive(files), stream: false));

        Assert.Contains("linux/s390x", failure.Message, StringComparison.Ordinal);
    }

    [KernelFact(Needs.Skopeo | Needs.Busybox)]
    public async Task Archive_written_by_skopeo_loads()
    {
        using var store = new ImageStore();
        using TempDir input = TempDir.Create();
        TestImages.BusyboxImage().WriteDirectory(input.Dir("layout"));
        string reference = "docker.io/library/busybox:latest";
        Tool.Run("skopeo", ["--insecure-policy", "copy", "-q", $"oci:{input / "layout"}:{reference}", $"docker-archive:{input / "docker.tar"}:busybox:latest"], TimeSpan.FromSeconds(60)).Ok();

        TransferResult loaded = await store.LoadAsync(input / "docker.tar");

        Assert.Equal(reference, loaded.Images[0].Reference);
    }

    private static TestImage Image() => new TestImage()
        .Layer(new TarWriter().Directory("a").File("a/one", "one"))
        .Layer(new TarWriter().Directory("a").File("a/two", "two").File("big"u8.ToArray(), Noise(300_000)), LayerPacking.Zstd)
        .Layer(new TarWriter().Directory("a").File("a/three", "three"), LayerPacking.None);

    private static byte[] Noise(int length)
    {
        byte[] bytes = new byte[length];
        new Random(1).NextBytes(bytes);
        return bytes;
    }

    private static TestImage Repacked(LayerPacking packing) => new TestImage()
        .Layer(new TarWriter().Directory("a").File("a/one", "one"), packing)
        .Layer(new TarWriter().Directory("a").File("a/two", "two"), packing)
        .Layer(new TarWriter().Directory("a").File("a/three", "three"), packing);

    private static async Task<TransferResult> LoadForm(ImageStore store, string form)
    {
        using TempDir input = TempDir.Create();
        byte[] layout = TestImage.Archive(Image().Layout());
        byte[] docker = TestImage.Archive((form switch
        {
            "docker-gzip-layers" => Repacked(LayerPacking.Gzip),
            "docker-zstd-layers" => Repacked(LayerPacking.Zstd),
            _ => Image(),
        }).DockerArchive());
        switch (form)
        {
            case "directory":
                Image().WriteDirectory(input.Path);
                return await store.LoadAsync(input.Path);
            case "docker-stream": return await Load(store, input, docker, stream: true);
            case "stream": return await Load(store, input, layout, stream: true);
            case "stream-gzip": return await Load(store, input, TestImage.Pack(layout, LayerPacking.Gzip), stream: true);
            case "gzip": return await Load(store, input, TestImage.Pack(layout, LayerPacking.Gzip), stream: false);
            case "zstd": return await Load(store, input, TestImage.Pack(layout, LayerPacking.Zstd), stream: false);
            case "layout": return await Load(store, input, layout, stream: false);
            default: return await Load(store, input, docker, stream: false);
        }
    }

    private static async Task<TransferResult> Load(ImageStore store, TempDir input, byte[] archive, bool stream, TransferOptions? options = null)
    {
        if (stream) { return await store.LoadStreamAsync(new MemoryStream(archive), options); }

        string path = input / "image.tar";
        await File.WriteAllBytesAsync(path, archive);
        return await store.LoadAsync(path, options);
    }
}
