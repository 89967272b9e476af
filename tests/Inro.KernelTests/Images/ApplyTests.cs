using System.Text;
using Inro.Images.Transfers;
using Inro.Images.Bytes;
using Inro.Images.Layers;
using Inro.Images.Layers.Tar;
using Inro.KernelTests.Harness;
using Inro.KernelTests.Images.Support;
using Inro.Linux.Files;
using Inro.Spec;
using Xunit;

namespace Inro.KernelTests.Images;

/// <summary>Layers with every odd kind of entry, as directories.</summary>
public sealed class ApplyTests
{
    [KernelFact(Needs.Root | Needs.Umoci)]
    public async Task Odd_layer_becomes_the_tree_that_umoci_makes_of_it()
    {
        using var store = new ImageStore();
        using TempDir input = TempDir.Create();
        var image = new TestImage { Name = "latest" };
        image.Layer(OddLayers.Common());
        image.WriteDirectory(input.Dir("layout"));
        Tool.Run("umoci", ["unpack", "--image", (input / "layout") + ":latest", input / "bundle"], TimeSpan.FromSeconds(60)).Ok();

        TransferResult loaded = await store.LoadAsync(input / "layout");

        // directories that no entry names get the time of their making
        string[] own = ["missing", "missing/parents", "missing/parents/of", "gnu", new string('n', 200)];
        Assert.Equal(TreeList.Of(input / "bundle/rootfs", own), TreeList.Of(store.LayerPath(loaded), own));
    }

    [KernelFact(Needs.Root)]
    public async Task Odd_layer_keeps_what_others_lose()
    {
        using var store = new ImageStore();
        TransferResult loaded = await Load(store, OddLayers.Common());

        string tree = TreeList.Of(store.LayerPath(loaded));
        Assert.Contains("big-ids Regular 644 3000000000:4294967294", tree, StringComparison.Ordinal);
        Assert.Contains("pax-ids Regular 644 4000000000:4000000001", tree, StringComparison.Ordinal);
        Assert.Contains("caf\u00e9.txt Regular", tree, StringComparison.Ordinal);
        Assert.Contains("user.binary=000102FF0A3D00", tree, StringComparison.Ordinal);
        Assert.Contains("security.capability=0100000200200000", tree, StringComparison.Ordinal);
        Assert.Contains("old Regular 644 0:0 -86400.000000000", tree, StringComparison.Ordinal);
        Assert.Contains("precise Regular 644 0:0 1234567890.123456789", tree, StringComparison.Ordinal);
        Assert.Contains("usr/bin/tool Regular 4755", tree, StringComparison.Ordinal);
        Assert.Contains("disk BlockDevice 660 0:0 1600000000.000000000 (259, 70000)", tree, StringComparison.Ordinal);
    }

    [KernelFact(Needs.Root)]
    public async Task Entries_that_try_to_leave_stay_inside()
    {
        using var store = new ImageStore();
        TransferResult loaded = await Load(store, OddLayers.Hostile());

        string at = store.LayerPath(loaded);
        Assert.Equal("inside", File.ReadAllText(at + "/escape-a"));
        Assert.Equal("inside", File.ReadAllText(at + "/absolute-b"));
        Assert.Equal("inside", File.ReadAllText(at + "/c"));
        Assert.Equal("inside", File.ReadAllText(at + "/through-root-link"));
        Assert.Equal("inside", File.ReadAllText(at + "/through-up-link"));
        Assert.Equal("inside", File.ReadAllText(at + "/etc/through-absolute-link"));
        Assert.Equal("y", File.ReadAllText(at + "/was-file/now-in-directory"));
        Assert.Equal("now a file", File.ReadAllText(at + "/was-directory"));
        Assert.Equal("here", File.ReadAllText(at + "/was-link/not-in-etc"));
        Assert.DoesNotContain("overlay", TreeList.Of(at), StringComparison.Ordinal);
        Assert.False(File.Exists("/through-root-link"));
        Assert.False(File.Exists("/etc/through-absolute-link"));
    }

    [KernelFact(Needs.Root | Needs.OverlayFs)]
    public async Task Whiteouts_and_opaque_directories_hide_what_is_below()
    {
        using var store = new ImageStore();
        TransferResult loaded = await Load(store,
            new TarWriter().Directory("a").File("a/gone", "1").File("a/stays", "1").Directory("b").File("b/hidden", "1")
                .Directory("c").File("c/below", "1").Directory("d").File("d/below", "1").Directory("w", mode: 0x3FF, uid: 5).File("f", "file"),
            new TarWriter().Directory("a").File("a/.wh.gone", "").Directory("b").File("b/.wh..wh..opq", "").File("b/new", "2")
                .File(".wh.c", "").Directory("c").File("c/above", "2").Directory("d").File("d/above", "2").File(".wh.d", "").File("w/only", "2")
                .File(".wh..wh.aufs", "").Directory("f").File("f/inside", "2"));
        IReadOnlyList<long> chain = store.Metadata.FindChain(loaded.Images[0].ChainId!.Value)!;
        SnapshotMount mount = store.Snapshots.Prepare(store.Metadata.TakeSnapshotNumber(), chain);
        using TempDir target = TempDir.Create();
        string options = $"lowerdir={string.Join(':', mount.Lower)},upperdir={mount.Upper},workdir={mount.Work}";
        Tool.Run("mount", ["-t", "overlay", "overlay", "-o", options, target.Path], TimeSpan.FromSeconds(20), new ToolOptions { WorkingDirectory = mount.Directory }).Ok();

        string[] files = [.. Directory.EnumerateFiles(target.Path, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(target.Path, f)).Order(StringComparer.Ordinal)];

        Assert.Equal(["a/stays", "b/new", "c/above", "d/above", "f/inside", "w/only"], files);
        Assert.Equal("1777", Tool.Run("stat", ["-c", "%a", target / "w"], TimeSpan.FromSeconds(5)).Ok().Output.Trim());
        Assert.Equal("5", Tool.Run("stat", ["-c", "%u", target / "w"], TimeSpan.FromSeconds(5)).Ok().Output.Trim());
    }

    [KernelFact(Needs.OverlayFs | Needs.Root)]
    public async Task A_volatile_layer_can_be_mounted_again_with_what_was_written()
    {
        using var store = new ImageStore();
        TransferResult loaded = await Load(store, new TarWriter().File("f", "file"));
        long number = store.Metadata.TakeSnapshotNumber();
        using TempDir target = TempDir.Create();
        for (int time = 0; time < 2; time++)
        {
            SnapshotMount mount = store.Snapshots.Prepare(number, store.Metadata.FindChain(loaded.Images[0].ChainId!.Value)!, isVolatile: true);
            string options = $"lowerdir={string.Join(':', mount.Lower)},upperdir={mount.Upper},workdir={mount.Work},volatile";
            Tool.Run("mount", ["-t", "overlay", "overlay", "-o", options, target.Path], TimeSpan.FromSeconds(20), new ToolOptions { WorkingDirectory = mount.Directory }).Ok();
            await File.AppendAllTextAsync(target / "written", "x", TestContext.Current.CancellationToken);
            Tool.Run("umount", [target.Path], TimeSpan.FromSeconds(20)).Ok();
        }

        Assert.Equal("xx", await File.ReadAllTextAsync(Path.Combine(store.Path, $"snapshots/{number}/fs/written"), TestContext.Current.CancellationToken));
    }

    [KernelFact(Needs.OverlayFs | Needs.Root)]
    public async Task Forty_layers_mount_relative_to_their_directory()
    {
        using var store = new ImageStore();
        TransferResult loaded = await Load(store, [.. Enumerable.Range(0, 40).Select(i => new TarWriter().File($"f{i}", $"{i}"))]);
        SnapshotMount mount = store.Snapshots.Prepare(store.Metadata.TakeSnapshotNumber(), store.Metadata.FindChain(loaded.Images[0].ChainId!.Value)!);
        using TempDir target = TempDir.Create();
        string options = $"lowerdir={string.Join(':', mount.Lower)},upperdir={mount.Upper},workdir={mount.Work}";
        Tool.Run("mount", ["-t", "overlay", "overlay", "-o", options, target.Path], TimeSpan.FromSeconds(20), new ToolOptions { WorkingDirectory = mount.Directory }).Ok();

        Assert.Equal(40, Directory.GetFiles(target.Path).Length);
    }

    [KernelFact(Needs.Root)]
    public async Task Implied_directory_looks_like_the_one_below_unless_that_is_hidden()
    {
        using var store = new ImageStore();
        TransferResult loaded = await Load(store,
            new TarWriter().Directory("tmp", mode: 0x3FF, uid: 3).Directory("tmp/sub", mode: 0x1F8, gid: 4).Directory("cut", mode: 0x1C0).Directory("cut/sub", mode: 0x1C0, uid: 9),
            new TarWriter().File("other", ""),
            new TarWriter().File("tmp/sub/file", "x").File(".wh.cut", "").File("cut/sub/file", "x"));

        string tree = TreeList.Of(store.LayerPath(loaded));
        Assert.Contains("tmp Directory 1777 3:0 1600000000", tree, StringComparison.Ordinal);
        Assert.Contains("tmp/sub Directory 770 0:4 1600000000", tree, StringComparison.Ordinal);
        Assert.Contains("cut/sub Directory 755 0:0", tree, StringComparison.Ordinal);
    }

    [KernelFact(Needs.Root)]
    public async Task Sparse_file_keeps_its_holes_in_every_format()
    {
        foreach (string format in (string[])["--format=gnu", "--format=posix --sparse-version=0.0", "--format=posix --sparse-version=0.1", "--format=posix --sparse-version=1.0"])
        {
            using var store = new ImageStore();
            using TempDir input = TempDir.Create();
            string file = input / "sparse";
            await using (FileStream stream = File.Create(file))
            {
                for (int i = 0; i < 60; i++)
                {
                    stream.Position = (i * 300_000L) + 100_000;
                    stream.Write(Encoding.ASCII.GetBytes($"run {i}"));
                }

                stream.SetLength(40_000_000);
            }

            Tool.Run("tar", ["-S", .. format.Split(' '), "-cf", input / "layer.tar", "-C", input.Path, "sparse"], TimeSpan.FromSeconds(20)).Ok();
            TransferResult loaded = await Load(store, File.ReadAllBytes(input / "layer.tar"));

            string made = store.LayerPath(loaded) + "/sparse";
            Assert.Equal(Digest.Sha256(File.ReadAllBytes(file)), Digest.Sha256(File.ReadAllBytes(made)));
            using DirFd layer = DirFd.Open(store.LayerPath(loaded));
            layer.TryStatus("sparse", out FileStatus status);
            Assert.True(status.Blocks * 512 < 4_000_000, $"{format}: {status.Blocks * 512} bytes on disk");
        }
    }

    [KernelFact(Needs.Root)]
    public async Task Tree_packed_by_other_programs_comes_out_the_same()
    {
        using TempDir input = TempDir.Create();
        string tree = input.Dir("tree");
        for (int i = 0; i < 30; i++) { input.File($"tree/d{i % 5}/{new string('x', i * 7)}{i}", new string('c', i * 100)); }

        input.Link("tree/link", "d0/0");
        Tool.Run("setfattr", ["-n", "user.k", "-v", "0x00ff0a", input / "tree/d0/0"], TimeSpan.FromSeconds(5)).Ok();
        string[][] makers =
        [
            ["tar", "--format=posix", "--xattrs", "-cf", input / "a.tar", "-C", tree, "."],
            ["tar", "--format=gnu", "-cf", input / "b.tar", "-C", tree, "."],
            ["bsdtar", "--format=pax", "--xattrs", "-cf", input / "c.tar", "-C", tree, "."],
        ];
        foreach (string[] maker in makers)
        {
            if (!File.Exists("/usr/bin/" + maker[0])) { continue; }

            using var store = new ImageStore();
            Tool.Run(maker[0], maker[1..], TimeSpan.FromSeconds(20)).Ok();

            TransferResult loaded = await Load(store, File.ReadAllBytes(maker[Array.IndexOf(maker, "-cf") + 1]));

            string expected = TreeList.Of(tree);
            string actual = TreeList.Of(store.LayerPath(loaded));
            if (maker[1] == "--format=gnu")
            {
                expected = WithoutFractions(expected.Replace("user.k=00FF0A", "", StringComparison.Ordinal)); // the format has neither
                actual = WithoutFractions(actual);
            }

            Assert.Equal(expected, actual);
        }
    }

    [KernelFact(Needs.Root)]
    public void Times_of_directories_take_no_memory_and_are_restored_however_many_there_are()
    {
        const int Count = 3000;
        const int HeldBytes = 1 << 20;
        using TempDir directory = TempDir.Create();
        using DirFd root = DirFd.Open(directory.Path);
        using var applier = new LayerApplier(root, LayerOptions.Privileged);
        var nothing = new TarReader(new StreamChunks(new MemoryStream()));
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (int i = 0; i < Count; i++)
        {
            // what is reserved for the runtime is not set, but was read
            TarAttribute[] attributes = i < 100 ? [new TarAttribute("trusted.overlay.x\0"u8.ToArray(), new byte[HeldBytes])] : [];
            applier.Apply(Entry(TarEntryKind.Directory, Name(i), i) with { Attributes = attributes }, nothing);
            applier.Apply(Entry(TarEntryKind.Fifo, Name(i) + "/f", 0), nothing);
        }

        long held = GC.GetTotalMemory(forceFullCollection: true) - before;
        applier.Finish();

        Assert.True(held < 50 * HeldBytes, $"{held} bytes are held");
        Assert.Equal(Enumerable.Range(0, Count), Enumerable.Range(0, Count).Select(i => (int)new DateTimeOffset(Directory.GetLastWriteTimeUtc(directory / Name(i))).ToUnixTimeSeconds()));
        Assert.Equal(Count, Directory.GetFileSystemEntries(directory.Path).Length);

        static string Name(int i) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{new string('d', 80)}{i}");
    }

    [KernelFact(Needs.Root)]
    public void A_layer_that_is_all_parents_without_entries_is_refused_before_it_fills_the_memory()
    {
        using TempDir directory = TempDir.Create();
        using DirFd root = DirFd.Open(directory.Path);
        using var applier = new LayerApplier(root, LayerOptions.Privileged);
        var nothing = new TarReader(new StreamChunks(new MemoryStream()));

        LayerException failure = Assert.Throws<LayerException>(() =>
        {
            for (int i = 0; i < 20; i++)
            {
                applier.Apply(Entry(TarEntryKind.Fifo, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{i}/{string.Concat(Enumerable.Repeat("a/", 2000))}f"), 0), nothing);
            }
        });

        Assert.Contains("without an entry of their own", failure.Message, StringComparison.Ordinal);
    }

    private static TarEntry Entry(TarEntryKind kind, string name, long seconds) => new()
    {
        Kind = kind, Name = Encoding.UTF8.GetBytes(name), LinkName = [], Mode = 0x1C0, Modified = new TimeSpec { Seconds = seconds },
    };

    [KernelFact(Needs.Root)]
    public void Attribute_of_a_link_is_set_without_following_it_in_both_ways()
    {
        using TempDir directory = TempDir.With(("target", "t"));
        directory.Link("link", "target");
        using DirFd root = DirFd.Open(directory.Path);

        Assert.Equal(Inro.Linux.Errno.None, ExtendedAttributes.TrySet(root, "link\0"u8, "trusted.a\0"u8, "1"u8));

        Assert.Equal("trusted.a", Tool.Run("getfattr", ["-h", "-d", "-m", "-", directory / "link"], TimeSpan.FromSeconds(5)).Output.Split('\n')[1].Split('=')[0]);
        using Microsoft.Win32.SafeHandles.SafeFileHandle target = root.OpenInside("target", OpenFlags.Read);
        Assert.Empty(ExtendedAttributes.List(target));
    }

    [KernelFact(Needs.Root)]
    public async Task Without_privilege_devices_are_left_out_and_counted()
    {
        using var store = new ImageStore();
        using TempDir input = TempDir.Create();
        new TestImage().Layer(new TarWriter().Device("null", 'c', 1, 3).Directory("o").File("o/.wh..wh..opq", "").File(".wh.w", "")).WriteLayout(input / "i.tar");

        TransferResult loaded = await store.LoadAsync(input / "i.tar", new TransferOptions { Layers = LayerOptions.InUserNamespace });

        Assert.Equal(1, loaded.SkippedDevices);
        Assert.Contains("user.overlay.opaque=79", TreeList.Of(store.LayerPath(loaded)), StringComparison.Ordinal);
        Assert.Contains("w CharacterDevice", TreeList.Of(store.LayerPath(loaded)), StringComparison.Ordinal);
    }

    private static string WithoutFractions(string tree) => string.Join('\n', tree.Split('\n').Select(line => System.Text.RegularExpressions.Regex.Replace(line, @"\.\d{9}", "").TrimEnd()));

    private static Task<TransferResult> Load(ImageStore store, params TarWriter[] layers) => Load(store, [.. layers.Select(l => l.ToArray())]);

    private static async Task<TransferResult> Load(ImageStore store, params byte[][] layers)
    {
        using TempDir input = TempDir.Create();
        var image = new TestImage();
        foreach (byte[] layer in layers) { image.Layer(layer); }

        image.WriteLayout(input / "image.tar");
        return await store.LoadAsync(input / "image.tar");
    }
}
