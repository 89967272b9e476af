using Inro.Images.Copies;
using Inro.Images.Registry;
using Inro.KernelTests.Harness;
using Inro.KernelTests.Images.Support;
using Inro.Linux.Files;
using Inro.Spec;
using Xunit;

namespace Inro.KernelTests.Images;

/// <summary>Copies over lines on which things go wrong.</summary>
public sealed class CopyTests
{
    private const Needs Usual = Needs.Registry | Needs.Skopeo;

    /// <summary>Every kind of fault at every request, and at several places of each body.</summary>
    [KernelTheory(Usual)]
    [InlineData(FaultKind.NoAnswer, 1)]
    [InlineData(FaultKind.Overloaded, 1)]
    [InlineData(FaultKind.TooMany, 1)]
    [InlineData(FaultKind.Slow, 2)]
    [InlineData(FaultKind.Cut, 20)]
    [InlineData(FaultKind.Reset, 3)]
    [InlineData(FaultKind.Truncate, 5)]
    [InlineData(FaultKind.Corrupt, 5)]
    public async Task A_fault_at_the_source_that_passes_hinders_no_copy(FaultKind kind, int places)
    {
        using var registry = new TestRegistry();
        registry.Put(Image(), "app:1");
        using var counting = new FaultProxy(registry.Port, fault: null);
        using TempDir work = TempDir.Create();
        string right = Contents(await Copy(registry, counting.Port, work / "right"));
        for (int request = 0; request < counting.Requests; request++)
        {
            for (int place = 0; place < places; place++)
            {
                using var proxy = new FaultProxy(registry.Port, new Fault(kind, request, (double)place / places));

                Assert.Equal(right, Contents(await Copy(registry, proxy.Port, work / $"{request}-{place}")));
            }
        }
    }

    [KernelTheory(Usual)]
    [InlineData(FaultKind.NoAnswer)]
    [InlineData(FaultKind.Overloaded)]
    [InlineData(FaultKind.Cut)]
    [InlineData(FaultKind.Truncate)]
    [InlineData(FaultKind.Corrupt)]
    public async Task A_fault_that_stays_leaves_nothing(FaultKind kind)
    {
        using var registry = new TestRegistry();
        registry.Put(Image(), "app:1");
        using var counting = new FaultProxy(registry.Port, fault: null);
        using TempDir work = TempDir.Create();
        await Copy(registry, counting.Port, work / "right");
        for (int request = 0; request < counting.Requests; request++)
        {
            using var proxy = new FaultProxy(registry.Port, new Fault(kind, request, 0.6, IsForever: true));

            await Assert.ThrowsAnyAsync<IOException>(() => Copy(registry, proxy.Port, work / "wrong"));

            Assert.False(Path.Exists(work / "wrong"));
        }
    }

    [KernelTheory(Usual)]
    [InlineData(FaultKind.NoAnswer)]
    [InlineData(FaultKind.Overloaded)]
    [InlineData(FaultKind.Cut)]
    public async Task A_fault_at_the_destination_that_passes_hinders_no_copy(FaultKind kind)
    {
        using var registry = new TestRegistry();
        registry.Put(Image(), "app:1");
        using var counting = new FaultProxy(registry.Port, fault: null);
        Digest right = await CopyThere(registry, counting.Port, "count");
        for (int request = 0; request < counting.Requests; request++)
        {
            using var proxy = new FaultProxy(registry.Port, new Fault(kind, request));

            Assert.Equal(right, await CopyThere(registry, proxy.Port, $"{kind.ToString().ToLowerInvariant()}{request}"));
        }
    }

    /// <summary>The destination finds out, because bytes on their way to a registry are not hashed here before it has refused them.</summary>
    [KernelTheory(Usual)]
    [InlineData(FaultKind.Corrupt)]
    [InlineData(FaultKind.Truncate)]
    public async Task What_comes_damaged_to_a_registry_is_given_again(FaultKind kind)
    {
        using var registry = new TestRegistry();
        registry.Put(Image(), "app:1");
        using var counting = new FaultProxy(registry.Port, fault: null);
        Digest right = await CopyThere(registry, registry.Port, "count", from: counting.Port);
        for (int request = 0; request < counting.Requests; request++)
        {
            using var proxy = new FaultProxy(registry.Port, new Fault(kind, request, 0.6));

            Assert.Equal(right, await CopyThere(registry, registry.Port, $"{kind.ToString().ToLowerInvariant()}{request}", from: proxy.Port));
        }
    }

    [KernelFact(Usual)]
    public async Task What_is_wrong_at_the_source_is_told_as_that_and_gives_the_destination_no_name()
    {
        using var registry = new TestRegistry();
        using var other = new TestRegistry();
        registry.Put(Image(), "app:1");
        string layer = Directory.GetFiles(registry.Data, "data", SearchOption.AllDirectories).OrderByDescending(static f => new FileInfo(f).Length).First();
        byte[] bytes = File.ReadAllBytes(layer);
        bytes[^50] ^= 1;
        File.WriteAllBytes(layer, bytes);
        using var store = new ImageStore();
        using CopySource source = Source(registry, registry.Port, store);
        using var destination = new RegistryCopyDestination(Client(other.Port), "app", "1");

        Exception wrong = await Assert.ThrowsAnyAsync<IOException>(() => new ImageCopier(source, destination, new CopyOptions(), null).CopyAsync(CancellationToken.None));
        RegistryException missing = Assert.Throws<RegistryException>(() => Client(other.Port).Resolve("app", "1", CancellationToken.None));

        Assert.Contains("its digest is", wrong.Message, StringComparison.Ordinal);
        Assert.Equal(RegistryFailure.NotFound, missing.Failure);
    }

    private static async Task<string> Copy(TestRegistry registry, int port, string to)
    {
        using var store = new ImageStore();
        using CopySource source = Source(registry, port, store);
        using var destination = new LayoutCopyDestination(CopyLocation.Parse($"oci:{to}:x"), DirFd.Open(Path.GetDirectoryName(to)!), Path.GetFileName(to));
        await new ImageCopier(source, destination, new CopyOptions(), null).CopyAsync(CancellationToken.None);
        return to;
    }

    private static async Task<Digest> CopyThere(TestRegistry registry, int port, string repository, int? from = null)
    {
        using var store = new ImageStore();
        using CopySource source = Source(registry, from ?? registry.Port, store);
        using var destination = new RegistryCopyDestination(Client(port), repository, "1");
        await new ImageCopier(source, destination, new CopyOptions(), null).CopyAsync(CancellationToken.None);
        using RegistryClient client = Client(registry.Port);
        return client.Resolve(repository, "1", CancellationToken.None).Digest;
    }

    private static RegistryCopySource Source(TestRegistry registry, int port, ImageStore store) =>
        new(registry.Open("app:1", port: port), (RegistryHost.Of($"127.0.0.1:{port}"), "app"), "1", store.Content, CancellationToken.None);

    private static RegistryClient Client(int port) => new(RegistryHost.Of($"127.0.0.1:{port}"), TestRegistryClients.Quick);

    private static TestImage Image()
    {
        byte[] noise = new byte[600 << 10];
        new Random(7).NextBytes(noise);
        return new TestImage().Layer(new TarWriter().File("a"u8.ToArray(), noise), LayerPacking.None).Layer(new TarWriter().File("b", "b"));
    }

    private static string Contents(string place) => string.Join('\n', Directory.GetFiles(place, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        .Select(f => $"{Path.GetRelativePath(place, f)} {Digest.Sha256(File.ReadAllBytes(f))}"));
}
