using Inro.Images.Pulls;
using Inro.Images.Registry;
using Inro.Images.Transfers;
using Inro.KernelTests.Harness;
using Inro.KernelTests.Images.Support;
using Inro.Spec;
using Xunit;

namespace Inro.KernelTests.Images;

/// <summary>A gigabyte that no compression makes smaller: a pull that breaks off goes on where it was.</summary>
public sealed class BigLayerTests
{
    private const int LayerMegabytes = 1024;

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(3);

    [KernelFact(Needs.Root | Needs.Registry | Needs.Skopeo, Explicit = true)]
    public async Task A_pull_of_a_gigabyte_that_breaks_off_twice_fetches_no_byte_again()
    {
        using TempDir work = TempDir.Create();
        using var registry = new TestRegistry();
        Tool.Run("sh", ["-c", $"""
            set -e; cd {work}; mkdir tree
            openssl enc -aes-128-ctr -nosalt -K 00 -iv 00 -in /dev/zero 2>/dev/null | head -c {LayerMegabytes}M >tree/noise
            tar --sort=name --mtime=@0 --owner=0 --group=0 -C tree -cf layer.tar noise
            """], Deadline).Ok();
        TestLayout.OfTar(work / "layout", work / "layer.tar");
        Tool.Run("skopeo", ["copy", "-q", "--dest-oci-accept-uncompressed-layers", "--dest-tls-verify=false", $"oci:{work / "layout"}:image", $"docker://{registry.Host}/big:1"], Deadline).Ok();
        using var store = new ImageStore();
        foreach (double place in (double[])[0.3, 0.5])
        {
            using var cutting = new FaultProxy(registry.Port, new Fault(FaultKind.Cut, 2, place, IsForever: true)) { HidesRanges = true }; // one body, not pieces of 4 MiB
            await Assert.ThrowsAsync<RegistryException>(() => Pull(store, registry, cutting.Port, TestRegistryClients.Quick with { Attempts = 1 }));
        }

        long kept = new FileInfo(Directory.GetFiles(store.Path + "/partial").Single()).Length;
        using var counting = new FaultProxy(registry.Port, fault: null);
        PulledImage pulled = await Pull(store, registry, counting.Port, TestRegistryClients.Quick);

        long blob = new FileInfo(Directory.GetFiles(work / "layout/blobs/sha256").OrderByDescending(static f => new FileInfo(f).Length).First()).Length;
        Assert.InRange(kept, blob / 5 * 2, blob / 5 * 3);
        Assert.InRange(counting.BodyBytes, 1, blob - kept + (1 << 20));
        Tool.Run("cmp", [work / "tree/noise", store.LayerPath(pulled.Result) + "/noise"], Deadline).Ok();
    }

    private static async Task<PulledImage> Pull(ImageStore store, TestRegistry registry, int port, RegistryOptions options)
    {
        using RegistrySet servers = registry.Open("big:1", options, port);
        return await store.Puller.PullAsync(servers, ImageReference.Parse($"{registry.Host}/big:1"), new TransferOptions(), null, CancellationToken.None);
    }
}
