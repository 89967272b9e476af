using System.Text.Json;
using Inro.Images;
using Inro.Images.Pulls;
using Inro.Images.Registry;
using Inro.Images.Transfers;
using Inro.KernelTests.Harness;
using Inro.KernelTests.Images.Support;
using Inro.Spec;
using Inro.Spec.Image;
using Xunit;

namespace Inro.KernelTests.Images;

/// <summary>Images from a real registry into a store, on good lines and on bad ones.</summary>
public sealed class PullTests
{
    private const Needs Usual = Needs.Root | Needs.Registry | Needs.Skopeo;

    [KernelFact(Usual)]
    public async Task A_pulled_image_has_its_layers_and_documents()
    {
        using var registry = new TestRegistry();
        registry.Put(ThreeLayers(), "team/app:1");
        using var store = new ImageStore();

        PulledImage pulled = await Pull(store, registry, "team/app:1");

        ImageRecord image = Assert.Single(pulled.Result.Images);
        Assert.True(pulled.IsNew);
        Assert.Equal(pulled.Target, image.Target);
        Assert.Equal("three", File.ReadAllText(store.LayerPath(pulled.Result) + "/a/three"));
        Assert.Equal("one", File.ReadAllText(store.LayerPath(pulled.Result, fromTop: 2) + "/a/one"));
        Assert.All(image.Blobs, blob => { using Inro.Images.Bytes.VerifyingStream bytes = store.Content.OpenVerified(blob); bytes.Finish(); });
        Assert.DoesNotContain(store.Leavings(), static p => p.StartsWith("partial/", StringComparison.Ordinal) || p.StartsWith("ingest/", StringComparison.Ordinal));
    }

    [KernelFact(Usual)]
    public async Task A_second_pull_brings_nothing_and_says_so()
    {
        using var registry = new TestRegistry();
        registry.Put(ThreeLayers(), "app:1");
        using var store = new ImageStore();
        await Pull(store, registry, "app:1");
        using var counting = new FaultProxy(registry.Port, fault: null);

        PulledImage again = await Pull(store, registry, "app:1", counting.Port, name: "127.0.0.1:1/app:1");

        Assert.Equal(0, again.Result.NewLayers);
        Assert.Equal(1, counting.Requests);
    }

    [KernelFact(Usual)]
    public async Task A_foreign_layer_is_had_from_where_its_descriptor_says()
    {
        using var registry = new TestRegistry();
        using var elsewhere = new TestRegistry();
        elsewhere.Put(ThreeLayers(), "files:1");
        registry.Put(ThreeLayers(), "app:1");
        Manifest there;
        using (var client = new RegistryClient(RegistryHost.Of(registry.Host), TestRegistryClients.Quick))
        {
            there = OciDocument.ReadManifest(client.GetDocument("app", "1", CancellationToken.None).Bytes);
            string url = $"http://{elsewhere.Host}/v2/files/blobs/{there.Layers[1].Digest}";
            Manifest foreign = there with { Layers = [there.Layers[0], there.Layers[1] with { MediaType = MediaTypes.OciForeignLayerZstd, Urls = ["file:///etc/passwd", "http://127.0.0.1:1/nothing", url] }, there.Layers[2]] };
            client.PutDocument("app", "2", JsonSerializer.SerializeToUtf8Bytes(foreign, OciJson.Default.Manifest), MediaTypes.OciManifest, CancellationToken.None);
        }

        foreach (string layer in Directory.GetDirectories(registry.Data, there.Layers[1].Digest.Hex, SearchOption.AllDirectories)) { Directory.Delete(layer, recursive: true); }

        using var store = new ImageStore();
        await Assert.ThrowsAsync<RegistryException>(() => Pull(store, registry, "app:1"));
        PulledImage pulled = await Pull(store, registry, "app:2");

        Assert.Equal("two", File.ReadAllText(store.LayerPath(pulled.Result, fromTop: 1) + "/a/two"));
    }

    /// <summary>Every kind of fault at every request, and at many places of each body.</summary>
    [KernelTheory(Usual)]
    [InlineData(FaultKind.NoAnswer, 1)]
    [InlineData(FaultKind.Overloaded, 1)]
    [InlineData(FaultKind.TooMany, 1)]
    [InlineData(FaultKind.Slow, 2)]
    [InlineData(FaultKind.Cut, 20)]
    [InlineData(FaultKind.Reset, 5)]
    [InlineData(FaultKind.Truncate, 20)]
    [InlineData(FaultKind.Corrupt, 20)]
    public async Task A_fault_that_passes_hinders_no_pull(FaultKind kind, int places)
    {
        using var registry = new TestRegistry();
        registry.Put(ThreeLayers(), "app:1");
        int requests = await RequestsOfAPull(registry);
        for (int request = 0; request < requests; request++)
        {
            for (int place = 0; place < places; place++)
            {
                using var proxy = new FaultProxy(registry.Port, new Fault(kind, request, (double)place / places));
                using var store = new ImageStore();

                AssertRight(store, await Pull(store, registry, "app:1", proxy.Port));
            }
        }
    }

    [KernelTheory(Usual)]
    [InlineData(FaultKind.NoAnswer)]
    [InlineData(FaultKind.Overloaded)]
    [InlineData(FaultKind.Cut)]
    [InlineData(FaultKind.Truncate)]
    [InlineData(FaultKind.Corrupt)]
    public async Task A_fault_that_stays_fails_the_pull_and_stores_nothing_wrong(FaultKind kind)
    {
        using var registry = new TestRegistry();
        registry.Put(ThreeLayers(), "app:1");
        int requests = await RequestsOfAPull(registry);
        for (int request = 0; request < requests; request++)
        {
            using var proxy = new FaultProxy(registry.Port, new Fault(kind, request, 0.6, IsForever: true));
            using var store = new ImageStore();

            await Assert.ThrowsAnyAsync<IOException>(() => Pull(store, registry, "app:1", proxy.Port));

            Assert.Empty(store.Metadata.ListImages());
            Assert.Empty(Directory.Exists(store.Path + "/snapshots") ? Directory.GetDirectories(store.Path + "/snapshots") : []);
            AssertRight(store, await Pull(store, registry, "app:1"));
        }
    }

    [KernelFact(Usual)]
    public async Task A_pull_that_was_cut_off_goes_on_where_it_was()
    {
        using var registry = new TestRegistry();
        registry.Put(new TestImage().Layer(new TarWriter().File("big"u8.ToArray(), Noise(4 << 20)), LayerPacking.None), "app:1");
        using var store = new ImageStore();
        int last = await RequestsOfAPull(registry) - 1;
        using (var cutting = new FaultProxy(registry.Port, new Fault(FaultKind.Cut, last, 0.75, IsForever: true)))
        {
            RegistryOptions once = TestRegistryClients.Quick with { Attempts = 1 };
            await Assert.ThrowsAsync<RegistryException>(() => Pull(store, registry, "app:1", cutting.Port, once));
        }

        long kept = new FileInfo(Directory.GetFiles(store.Path + "/partial").Single()).Length;
        using var counting = new FaultProxy(registry.Port, fault: null);
        PulledImage pulled = await Pull(store, registry, "app:1", counting.Port);

        Assert.InRange(kept, 2 << 20, 4 << 20);
        Assert.InRange(counting.BodyBytes, 1, (4 << 20) + (64 << 10) - kept);
        Assert.Equal(4 << 20, new FileInfo(store.LayerPath(pulled.Result) + "/big").Length);
        Assert.Empty(Directory.GetFiles(store.Path + "/partial"));
    }

    [KernelFact(Usual)]
    public async Task A_kept_part_that_was_changed_on_disk_is_thrown_away()
    {
        using var registry = new TestRegistry();
        registry.Put(new TestImage().Layer(new TarWriter().File("big"u8.ToArray(), Noise(1 << 20)), LayerPacking.None), "app:1");
        using var store = new ImageStore();
        int last = await RequestsOfAPull(registry) - 1;
        using (var cutting = new FaultProxy(registry.Port, new Fault(FaultKind.Cut, last, 0.5, IsForever: true)))
        {
            await Assert.ThrowsAsync<RegistryException>(() => Pull(store, registry, "app:1", cutting.Port, TestRegistryClients.Quick with { Attempts = 1 }));
        }

        string part = Directory.GetFiles(store.Path + "/partial").Single();
        byte[] bytes = File.ReadAllBytes(part);
        bytes[5000] ^= 1;
        File.WriteAllBytes(part, bytes);

        PulledImage pulled = await Pull(store, registry, "app:1");

        Assert.Equal(Noise(1 << 20), File.ReadAllBytes(store.LayerPath(pulled.Result) + "/big"));
    }

    [KernelFact(Usual)]
    public async Task A_part_that_nobody_went_on_with_for_days_goes_with_the_next_pull()
    {
        using var registry = new TestRegistry();
        registry.Put(ThreeLayers(), "app:1");
        using var store = new ImageStore();
        string parts = Directory.CreateDirectory(store.Path + "/partial").FullName;
        File.WriteAllText(parts + "/sha256-old", "old");
        File.WriteAllText(parts + "/sha256-young", "young");
        File.SetLastWriteTimeUtc(parts + "/sha256-old", DateTime.UtcNow.AddDays(-3));

        await Pull(store, registry, "app:1");

        Assert.Equal([parts + "/sha256-young"], Directory.GetFiles(parts));
    }

    [KernelFact(Usual)]
    public async Task A_killed_pull_leaves_a_sign_for_the_next_command()
    {
        using var registry = new TestRegistry();
        registry.Put(ThreeLayers(), "app:1");
        using var store = new ImageStore();
        bool isThere = false;
        using (RegistrySet servers = registry.Open("app:1"))
        {
            var options = new TransferOptions { AtStep = step => isThere |= step == "unpacked" && store.Content.HasIngests() };
            await store.Puller.PullAsync(servers, ImageReference.Parse($"{registry.Host}/app:1"), options, null, CancellationToken.None);
        }

        Assert.True(isThere);
        Assert.False(store.Content.HasIngests());
    }

    [KernelFact(Usual)]
    public async Task Two_pulls_of_one_image_share_a_download()
    {
        using var registry = new TestRegistry();
        registry.Put(new TestImage().Layer(new TarWriter().File("big"u8.ToArray(), Noise(8 << 20)), LayerPacking.None), "app:1");
        using var store = new ImageStore();
        using var counting = new FaultProxy(registry.Port, fault: null);

        PulledImage[] both = await Task.WhenAll(
            Task.Run(() => Pull(store, registry, "app:1", counting.Port)), Task.Run(() => Pull(store, registry, "app:1", counting.Port)));

        Assert.InRange(counting.BodyBytes, 8 << 20, (8 << 20) + (64 << 10));
        Assert.All(both, pulled => Assert.Equal(8 << 20, new FileInfo(store.LayerPath(pulled.Result) + "/big").Length));
    }

    [KernelFact(Usual)]
    public async Task A_blob_that_was_changed_in_the_store_is_fetched_again()
    {
        using var registry = new TestRegistry();
        registry.Put(ThreeLayers(), "app:1");
        using var store = new ImageStore();
        PulledImage first = await Pull(store, registry, "app:1");
        foreach (string blob in Directory.GetFiles(store.Path + "/blobs/sha256")) { File.WriteAllText(blob, "changed"); }

        using var other = new ImageStore(at: store.Path); // its rows know nothing

        AssertRight(other, await Pull(other, registry, "app:1"));
        Assert.All(first.Result.Images[0].Blobs, blob => { using Inro.Images.Bytes.VerifyingStream bytes = store.Content.OpenVerified(blob); bytes.Finish(); });
    }

    private static TestImage ThreeLayers() => new TestImage()
        .Layer(new TarWriter().File("a/one", "one").File("noise"u8.ToArray(), Noise(20_000)))
        .Layer(new TarWriter().File("a/two", "two"), LayerPacking.Zstd)
        .Layer(new TarWriter().File("a/three", "three"), LayerPacking.None);

    private static void AssertRight(ImageStore store, PulledImage pulled)
    {
        Assert.Equal(Noise(20_000), File.ReadAllBytes(store.LayerPath(pulled.Result, fromTop: 2) + "/noise"));
        Assert.Equal("two", File.ReadAllText(store.LayerPath(pulled.Result, fromTop: 1) + "/a/two"));
        Assert.Equal("three", File.ReadAllText(store.LayerPath(pulled.Result) + "/a/three"));
        Assert.All(pulled.Result.Images[0].Blobs, blob => { using Inro.Images.Bytes.VerifyingStream bytes = store.Content.OpenVerified(blob); bytes.Finish(); });
    }

    private static async Task<int> RequestsOfAPull(TestRegistry registry)
    {
        using var counting = new FaultProxy(registry.Port, fault: null);
        using var store = new ImageStore();
        await Pull(store, registry, "app:1", counting.Port);
        return counting.Requests;
    }

    private static async Task<PulledImage> Pull(ImageStore store, TestRegistry registry, string image, int? port = null, RegistryOptions? options = null, string? name = null)
    {
        using RegistrySet servers = registry.Open(image, options, port);
        return await store.Puller.PullAsync(servers, ImageReference.Parse(name ?? $"{registry.Host}/{image}"), new TransferOptions(), null, CancellationToken.None);
    }

    /// <summary>Bytes that no compression makes smaller, always the same.</summary>
    private static byte[] Noise(int length)
    {
        byte[] bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }
}
