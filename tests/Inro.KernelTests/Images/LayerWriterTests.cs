using Inro.Images.Layers;
using Inro.Images.Transfers;
using Inro.KernelTests.Harness;
using Inro.KernelTests.Images.Support;
using Inro.Linux.Files;
using Inro.Spec;
using Xunit;

namespace Inro.KernelTests.Images;

/// <summary>Directories as layers: what is written and applied again is the same, to the attribute.</summary>
public sealed class LayerWriterTests
{
    [KernelFact(Needs.Root)]
    public async Task A_layer_in_overlayfs_form_is_the_same_when_it_was_written_and_applied()
    {
        using var store = new ImageStore();
        var image = new TestImage();
        image.Layer(OddLayers.Common()).Layer(OddLayers.Changes());
        image.WriteDirectory(store.Directory.Dir("layout"));
        TransferResult loaded = await store.LoadAsync(store.Directory / "layout");

        for (int i = 0; i < 2; i++)
        {
            string layer = store.LayerPath(loaded, i);
            byte[] written = Written(layer, LayerOptions.Privileged);
            Apply(written, store.Directory.Dir($"again{i}"), LayerOptions.Privileged);

            string[] whiteouts = ["unreadable", "usr/bin/no-such", "no-such-directory/no-such"]; // they have no times
            Assert.Equal(TreeList.Of(layer, whiteouts), TreeList.Of(store.Directory / $"again{i}", whiteouts));
            Assert.Equal(written, Written(store.Directory / $"again{i}", LayerOptions.Privileged));
        }
    }

    [KernelFact(Needs.Root)]
    public async Task A_tree_is_the_same_when_others_unpack_it()
    {
        using var store = new ImageStore();
        var image = new TestImage();
        image.Layer(OddLayers.Common()).Layer(OddLayers.Changes());
        image.WriteDirectory(store.Directory.Dir("layout"));
        TransferResult loaded = await store.LoadAsync(store.Directory / "layout");
        string tree = store.Directory.Dir("tree");
        using (DirFd target = DirFd.Open(tree))
        {
            RootfsUnpacker.Unpack(store.Content, RootfsUnpacker.LayersOf(store.Content, loaded.Images[0].Manifest), target, isPrivileged: true, CancellationToken.None);
        }

        File.WriteAllBytes(store.Directory / "tree.tar", Written(tree, LayerOptions.Privileged with { IntoTree = true }));
        string unpacked = store.Directory.Dir("unpacked");
        Tool.Run("tar", ["--xattrs", "--xattrs-include=*", "--numeric-owner", "--same-permissions", "-C", unpacked, "-xf", store.Directory / "tree.tar"], TimeSpan.FromSeconds(60)).Ok();

        Assert.Equal(TreeList.Of(tree), TreeList.Of(unpacked));
    }

    [KernelFact(Needs.Root)]
    public void Large_numbers_long_names_and_moments_before_1970_are_kept()
    {
        using TempDir directory = TempDir.Create();
        string tree = directory.Dir("tree");
        string deep = tree;
        for (int i = 0; i < 12; i++) { deep = Directory.CreateDirectory($"{deep}/{new string((char)('a' + i), 60)}").FullName; }

        File.WriteAllText(deep + "/file", "deep");
        File.CreateSymbolicLink(tree + "/link", new string('x', 300));
        Tool.Run("sh", ["-c", $"cd {tree} && chown -h 3000000000:4294967294 link && touch -h -d '1969-12-31 23:59:58.5 UTC' link && setfattr -h -n trusted.word -v yes link"], TimeSpan.FromSeconds(20)).Ok();
        Apply(Written(tree, LayerOptions.Privileged), directory.Dir("again"), LayerOptions.Privileged);

        Assert.Equal(TreeList.Of(tree), TreeList.Of(directory / "again"));
        Assert.Equal("trusted.word", Tool.Run("getfattr", ["-h", "-d", "-m", "-", directory / "again/link"], TimeSpan.FromSeconds(5)).Output.Split('\n')[1].Split('=')[0]);
    }

    private static byte[] Written(string path, LayerOptions options)
    {
        using DirFd root = DirFd.Open(path);
        using var output = new MemoryStream();
        new LayerWriter(output, options).Write(root, CancellationToken.None);
        return output.ToArray();
    }

    private static void Apply(byte[] tar, string path, LayerOptions options)
    {
        using DirFd target = DirFd.Open(path);
        using var bytes = new MemoryStream(tar);
        LayerUnpacker.Unpack(new LayerSource { Bytes = bytes, DiffId = Digest.Sha256(tar) }, target, options, CancellationToken.None);
    }
}
