using Inro.Images.Transfers;
using Inro.KernelTests.Harness;
using Inro.KernelTests.Images.Support;
using Inro.Linux.Files;
using Inro.Linux.Mounts;
using Inro.Spec;
using Microsoft.Win32.SafeHandles;
using Xunit;

namespace Inro.KernelTests.Images;

/// <summary>Snapshots that are trees of their own.</summary>
public sealed class PlainCopyTests
{
    [KernelFact(Needs.Root | Needs.OverlayFs)]
    public async Task A_copy_is_the_tree_that_overlayfs_shows_of_the_layers()
    {
        using var store = new ImageStore();
        IReadOnlyList<long> chain = await Load(store, OddLayers.Common(), OddLayers.Changes(), new TarWriter().Directory("dir-xattr").File("usr/bin/tool", "third", mode: 0x1ED).File("missing/.wh.parents", ""));
        Tool.Run("truncate", ["-s", "1G", store.Path + $"/snapshots/{chain[0]}/fs/sparse"], TimeSpan.FromSeconds(5)).Ok();
        Tool.Run("dd", ["if=/dev/zero", "of=" + store.Path + $"/snapshots/{chain[0]}/fs/sparse", "bs=4k", "seek=1000", "count=1", "conv=notrunc"], TimeSpan.FromSeconds(5)).Ok();

        File.Delete(store.Path + $"/snapshots/{chain[1]}/fs/no-such-directory/no-such"); // of a whiteout in a directory that one layer alone has, overlayfs shows the name
        SnapshotMount copy = store.Snapshots.Prepare(100, chain, kind: SnapshotKind.Copy);

        string tree = $"{copy.Directory}/{copy.Upper}";
        using SafeFileHandle overlay = Overlay(store.Snapshots.Describe(101, chain));
        long blocks = BlocksOf(tree, "sparse");
        Assert.InRange(blocks, 1, 64);
        Tool.Run("rm", [tree + "/sparse", store.Path + $"/snapshots/{chain[0]}/fs/sparse"], TimeSpan.FromSeconds(5)).Ok(); // too long to be listed
        Assert.Equal(TreeList.Of($"/proc/self/fd/{overlay.DangerousGetHandle()}"), TreeList.Of(tree));
    }

    [KernelFact(Needs.Root)]
    public async Task A_copy_that_is_there_stays_and_one_that_was_left_unfinished_is_made_anew()
    {
        using var store = new ImageStore();
        IReadOnlyList<long> chain = await Load(store, new TarWriter().File("a", "a"));
        Directory.CreateDirectory(store.Path + "/snapshots/7/unfinished/rest");

        SnapshotMount copy = store.Snapshots.Prepare(7, chain, kind: SnapshotKind.Copy);
        File.WriteAllText($"{copy.Directory}/7/fs/a", "changed");
        store.Snapshots.Prepare(7, chain, kind: SnapshotKind.Copy);

        Assert.Equal("changed", File.ReadAllText($"{copy.Directory}/7/fs/a"));
        Assert.Equal(["fs"], Directory.EnumerateFileSystemEntries($"{copy.Directory}/7").Select(static f => Path.GetFileName(f)!));
        Assert.Equal("a", File.ReadAllText($"{copy.Directory}/{chain[0]}/fs/a"));
    }

    private static async Task<IReadOnlyList<long>> Load(ImageStore store, params TarWriter[] layers)
    {
        using TempDir input = TempDir.Create();
        var image = new TestImage();
        foreach (TarWriter layer in layers) { image.Layer(layer); }

        image.WriteLayout(input / "image.tar");
        TransferResult loaded = await store.LoadAsync(input / "image.tar");
        return store.Metadata.FindChain(loaded.Images[0].ChainId!.Value)!;
    }

    private static SafeFileHandle Overlay(SnapshotMount layers)
    {
        using DirFd directory = DirFd.Open(layers.Directory);
        using FileSystemContext overlay = FileSystemContext.Open("overlay");
        overlay.Set("lowerdir", string.Join(':', layers.Lower.Select(l => $"/proc/self/fd/{directory.Number}/{l}")));
        return overlay.Mount(MountFlags.ReadOnly);
    }

    private static long BlocksOf(string tree, string name) =>
        long.Parse(Tool.Run("stat", ["-c", "%b", $"{tree}/{name}"], TimeSpan.FromSeconds(5)).Ok().Output, System.Globalization.CultureInfo.InvariantCulture);
}
