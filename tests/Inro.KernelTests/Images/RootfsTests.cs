using Inro.Images.Bytes;
using Inro.Images.Layers;
using Inro.Images.Transfers;
using Inro.KernelTests.Harness;
using Inro.KernelTests.Images.Support;
using Inro.Linux.Files;
using Inro.Spec;
using Xunit;

namespace Inro.KernelTests.Images;

/// <summary>Layers applied one over the other in one tree.</summary>
public sealed class RootfsTests
{
    [KernelFact(Needs.Root | Needs.Umoci)]
    public async Task Layers_become_the_tree_that_umoci_makes_of_them()
    {
        using var store = new ImageStore();
        using TempDir work = TempDir.Create();
        var image = new TestImage { Name = "latest" };
        image.Layer(OddLayers.Common());
        image.Layer(OddLayers.Changes());
        image.WriteDirectory(work.Dir("layout"));
        Tool.Run("umoci", ["unpack", "--image", (work / "layout") + ":latest", work / "bundle"], TimeSpan.FromSeconds(60)).Ok();
        TransferResult loaded = await store.LoadAsync(work / "layout");

        using (DirFd target = DirFd.Open(work.Dir("rootfs")))
        {
            RootfsUnpacker.Unpack(store.Content, RootfsUnpacker.LayersOf(store.Content, loaded.Images[0].Manifest), target, isPrivileged: true, CancellationToken.None);
        }

        string[] own = ["missing", "missing/parents", "missing/parents/of", "gnu", new string('n', 200), "shared"];
        Assert.Equal(TreeList.Of(work / "bundle/rootfs", own), TreeList.Of(work / "rootfs", own));
    }

    [KernelFact(Needs.Root)]
    public async Task A_hard_link_into_a_layer_below_shares_a_copy_with_its_target()
    {
        using var store = new ImageStore();
        var image = new TestImage();
        image.Layer(OddLayers.Common());
        image.Layer(new TarWriter().HardLink("tool4", "usr/bin/tool").HardLink("tool5", "tool4").HardLink("capable2", "capable"));
        image.WriteDirectory(store.Directory.Dir("layout"));

        string layer = store.LayerPath(await store.LoadAsync(store.Directory / "layout"));

        string[] lines = TreeList.Of(layer).Split('\n');
        Assert.Contains(lines, static l => l.StartsWith("usr/bin/tool Regular 4755 0:0 1600000000.000000000 (0, 0) same as tool4 10 ", StringComparison.Ordinal));
        Assert.Contains(lines, static l => l.StartsWith("tool5 Regular 4755", StringComparison.Ordinal) && l.Contains("same as tool4", StringComparison.Ordinal));
        Assert.Contains(lines, static l => l.StartsWith("capable2 ", StringComparison.Ordinal) && l.Contains("security.capability=", StringComparison.Ordinal));
        Assert.Contains(lines, static l => l.StartsWith("usr/bin Directory 755 0:0 1600000000.000000000", StringComparison.Ordinal));
    }

    [KernelTheory(Needs.Root)]
    [InlineData("no-such-file")]
    [InlineData("usr/bin")] // a directory
    [InlineData("hidden")] // taken away by the layer between
    public async Task A_hard_link_to_what_no_layer_has_is_refused(string target)
    {
        using var store = new ImageStore();
        var image = new TestImage();
        image.Layer(OddLayers.Common()).Layer(new TarWriter().File("hidden", "x")).Layer(new TarWriter().File(".wh.hidden", "")).Layer(new TarWriter().HardLink("link", target));
        image.WriteDirectory(store.Directory.Dir("layout"));

        ImageException refused = await Assert.ThrowsAsync<ImageException>(() => store.LoadAsync(store.Directory / "layout"));

        Assert.Contains($"'link': a hard link to '{target}', which neither the layer nor one below has", refused.Message, StringComparison.Ordinal);
    }

    [KernelTheory(Needs.Root)]
    [InlineData(LayerPacking.None, 257)] // the header of the first entry
    [InlineData(LayerPacking.None, 600)] // content
    [InlineData(LayerPacking.Gzip, 30)]
    public async Task A_blob_that_was_changed_on_the_disk_is_named(LayerPacking packing, int at)
    {
        using var store = new ImageStore();
        var image = new TestImage();
        image.Layer(new TarWriter().File("a", new string('a', 2000)).File("b", "b"), packing);
        image.WriteDirectory(store.Directory.Dir("layout"));
        TransferResult loaded = await store.LoadAsync(store.Directory / "layout");
        (Digest blob, Digest diffId) = RootfsUnpacker.LayersOf(store.Content, loaded.Images[0].Manifest)[0];
        using (FileStream file = File.Open($"{store.Path}/blobs/{blob.Algorithm}/{blob.Hex}", FileMode.Open))
        {
            file.Position = at;
            file.WriteByte(0xEE);
        }

        using DirFd target = DirFd.Open(store.Directory.Dir("rootfs"));
        Exception damage = Assert.ThrowsAny<Exception>(() => RootfsUnpacker.Unpack(store.Content, [(blob, diffId)], target, isPrivileged: true, CancellationToken.None));

        Assert.True(damage is InvalidDataException or BlobMismatchException, damage.ToString());
        Assert.Contains(blob.Hex, damage.Message, StringComparison.Ordinal);
    }
}
