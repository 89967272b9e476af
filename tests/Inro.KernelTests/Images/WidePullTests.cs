using Inro.Images.Pulls;
using Inro.Images.Registry;
using Inro.Images.Transfers;
using Inro.KernelTests.Harness;
using Inro.KernelTests.Images.Support;
using Inro.Spec;
using Xunit;

namespace Inro.KernelTests.Images;

/// <summary>One big layer over several connections.</summary>
public sealed class WidePullTests
{
    private const Needs Usual = Needs.Root | Needs.Registry | Needs.Skopeo;
    private const int LayerBytes = 48 << 20;
    private const long PerConnection = 8 << 20;

    private static readonly byte[] Content = Noise();

    [KernelFact(Usual)]
    public async Task A_big_layer_comes_over_several_connections_at_once()
    {
        using TestRegistry registry = WithImage();
        using var throttled = new FaultProxy(registry.Port, fault: null) { BytesPerSecond = PerConnection };
        using var narrow = new FaultProxy(registry.Port, fault: null) { BytesPerSecond = PerConnection, HidesRanges = true };

        await Pull(registry, throttled.Port);
        await Pull(registry, narrow.Port);

        Assert.InRange(throttled.MostBodiesAtOnce, 3, 16);
        Assert.Equal(1, narrow.MostBodiesAtOnce);
        Assert.InRange(throttled.BodyBytes, LayerBytes, LayerBytes + (1 << 20)); // no byte twice
        Assert.InRange(narrow.BodyBytes, LayerBytes, LayerBytes + (1 << 20));
    }

    [KernelFact(Usual)]
    public async Task A_registry_that_knows_no_parts_is_asked_for_the_whole_once()
    {
        using TestRegistry registry = WithImage();
        using var counting = new FaultProxy(registry.Port, fault: null) { HidesRanges = true };

        await Pull(registry, counting.Port);

        Assert.Equal(3, counting.Requests); // manifest, config, layer
    }

    [KernelTheory(Usual)]
    [InlineData(FaultKind.Cut)]
    [InlineData(FaultKind.Reset)]
    [InlineData(FaultKind.NoAnswer)]
    [InlineData(FaultKind.Overloaded)]
    [InlineData(FaultKind.Corrupt)]
    public async Task A_piece_that_goes_wrong_is_fetched_again(FaultKind kind)
    {
        using TestRegistry registry = WithImage();
        foreach (int request in (int[])[2, 4, 7])
        {
            using var proxy = new FaultProxy(registry.Port, new Fault(kind, request, 0.5)) { BytesPerSecond = 4 * PerConnection };

            await Pull(registry, proxy.Port);
        }
    }

    [KernelFact(Usual)]
    public async Task A_wide_pull_that_breaks_off_goes_on_where_it_was()
    {
        using TestRegistry registry = WithImage();
        using var store = new ImageStore();
        using (var cutting = new FaultProxy(registry.Port, new Fault(FaultKind.NoAnswer, 6, IsForever: true)) { BytesPerSecond = PerConnection })
        {
            await Assert.ThrowsAsync<RegistryException>(() => Pull(store, registry, cutting.Port, TestRegistryClients.Quick with { Attempts = 1 }));
        }

        long kept = new FileInfo(Directory.GetFiles(store.Path + "/partial").Single()).Length;
        using var counting = new FaultProxy(registry.Port, fault: null);
        PulledImage pulled = await Pull(store, registry, counting.Port, TestRegistryClients.Quick);

        Assert.InRange(kept, 4 << 20, LayerBytes - 1);
        Assert.InRange(counting.BodyBytes, 1, LayerBytes + (1 << 20) - kept);
        Assert.Equal(Content, File.ReadAllBytes(store.LayerPath(pulled.Result) + "/big"));
    }

    private static TestRegistry WithImage()
    {
        var registry = new TestRegistry();
        registry.Put(new TestImage().Layer(new TarWriter().File("big"u8.ToArray(), Content), LayerPacking.None), "app:1");
        return registry;
    }

    private static async Task Pull(TestRegistry registry, int port)
    {
        using var store = new ImageStore();
        PulledImage pulled = await Pull(store, registry, port, TestRegistryClients.Quick);
        Assert.Equal(Content, File.ReadAllBytes(store.LayerPath(pulled.Result) + "/big"));
    }

    private static async Task<PulledImage> Pull(ImageStore store, TestRegistry registry, int port, RegistryOptions options)
    {
        using RegistrySet servers = registry.Open("app:1", options, port);
        return await store.Puller.PullAsync(servers, ImageReference.Parse($"127.0.0.1:{port}/app:1"), new TransferOptions(), null, CancellationToken.None);
    }

    private static byte[] Noise()
    {
        byte[] bytes = new byte[LayerBytes];
        new Random(11).NextBytes(bytes);
        return bytes;
    }
}
