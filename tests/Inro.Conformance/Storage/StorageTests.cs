using Inro.Conformance.Containers;
using Inro.KernelTests.Harness;
using Inro.KernelTests.Images.Support;
using Xunit;

namespace Inro.Conformance.Storage;

/// <summary>What every kind of snapshot must do, through the program. One derived class for each kind, as root and as an ordinary user.</summary>
/// <param name="isRoot">Whether root owns the store.</param>
/// <param name="driver">The kind, as config.toml names it.</param>
/// <param name="shown">The kind, as <c>inspect</c> names it.</param>
/// <param name="needs">What the kind needs of the machine.</param>
public abstract class StorageTests(bool isRoot, string driver, string shown, Needs needs)
{
    private const string Stop = "trap exit TERM; while :; do sleep 0.05; done";

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(150)] // more than one string of the kernel's holds
    [InlineData(600)] // more than one overlay takes
    public void Layers_are_shown_as_one_tree_and_changed(int layers)
    {
        using StorageOwner owner = Owner();
        var image = new TestImage { Name = "docker.io/library/layered:latest" };
        for (int i = 1; i <= layers; i++) { image.Layer(new TarWriter().Directory("many").File($"many/{i}", "").File("last", $"{i}\n"), LayerPacking.None); }

        owner.Load(image);
        string output = owner.Ok("run", "--rm", "-v", "/bin/busybox:/bin/sh:ro", "layered", "/bin/sh", "-c",
            "set -- /many/*; [ -e \"$1\" ] && echo $#; [ -e /last ] && read l < /last && echo $l; echo changed > /last; read l < /last; echo $l");

        Assert.Equal(layers == 0 ? "changed\n" : $"{layers}\n{layers}\nchanged\n", output);
        Assert.Equal(layers, owner.Snapshots().Length);
        AssertNothingIsLeft(owner);
    }

    [Fact]
    public void What_layers_say_of_files_is_kept_and_what_they_hide_is_hidden()
    {
        using StorageOwner owner = Loaded();

        string output = owner.Ok("run", "--rm", "layered", "sh", "-c",
            "stat -c '%n|%F|%a|%u:%g|%h' /data/kept /data/same /link /pipe; stat -c '%n|%F|%a|%u:%g' / /data /opaque; [ /data/kept -ef /data/same ] && echo one; cd /data; echo *; cd /opaque; echo *; cat /link");

        Assert.Equal(
            "/data/kept|regular file|4755|7:8|2\n/data/same|regular file|4755|7:8|2\n/link|symbolic link|777|5:6|1\n/pipe|fifo|644|0:0|1\n" +
            "/|directory|711|0:0\n/data|directory|750|1000:50\n/opaque|directory|755|0:0\none\nkept same\nshown\nkept", output);
    }

    [Fact]
    public void Device_nodes_of_a_layer_are_there_for_root_and_left_out_for_others()
    {
        using StorageOwner owner = Loaded();

        ToolResult looked = owner.Run("run", "--rm", "layered", "stat", "-c", "%F|%t|%T", "/null");

        Assert.Equal(isRoot ? "character special file|1|3\n" : "", looked.Output);
        Assert.Equal(!isRoot, looked.Error.Contains("No such file", StringComparison.Ordinal));
    }

    [Fact]
    public void Extended_attributes_are_shown_and_the_stores_own_marks_are_not()
    {
        Assert.SkipUnless(Machine.WhyNot(Needs.Getfattr) is null, Machine.WhyNot(Needs.Getfattr) ?? "");
        using StorageOwner owner = Loaded();
        string id = owner.Ok("run", "-d", "layered", "sh", "-c", Stop).Trim();

        Assert.Equal("word", owner.LookInto(id, "getfattr", "--only-values", "-n", "user.note", "/data/kept").Ok().Output);
        Assert.DoesNotContain("overlay", owner.LookInto(id, "getfattr", "-d", "-m", "-", "/opaque").Ok().Output, StringComparison.Ordinal);
        owner.Ok("rm", "-f", id);
    }

    [Fact]
    public void Changes_leave_the_layers_and_other_containers_alone()
    {
        using StorageOwner owner = Loaded();
        string[] layers = owner.Snapshots();
        string[] before = [.. layers.Select(static l => TreeList.Of(l + "/fs"))];
        const string Change = "echo more >> /data/kept; rm /link; mv /data /moved; rm -r /opaque; mkdir /opaque; ls -A /opaque | wc -l; ln /moved/kept /third; chown 3:4 /third; chmod 600 /third; mkfifo /new; truncate -s 1G /sparse; ls /moved; stat -c '%u:%g %a' /third; [ $(stat -c %b /sparse) -lt 100 ] && echo holes";

        owner.Ok("create", "--name", "other", "layered", "sh", "-c", "cat /data/kept; echo *");
        string changed = owner.Ok("run", "--name", "changing", "layered", "sh", "-c", Change);

        Assert.Equal("0\nkept\nsame\n3:4 600\nholes\n", changed);
        Assert.StartsWith("kept", owner.Ok("start", "-a", "other"), StringComparison.Ordinal);
        Assert.Equal(before, layers.Select(static l => TreeList.Of(l + "/fs")));
        owner.Ok("rm", "other", "changing");
        Assert.Equal(layers, owner.Snapshots());
        AssertNothingIsLeft(owner);
    }

    [Fact]
    public void A_container_is_entered_stopped_started_again_with_its_changes_and_removed()
    {
        using StorageOwner owner = Loaded();
        int layers = owner.Snapshots().Length;

        owner.Ok("run", "-d", "--name", "box", "layered", "sh", "-c", "echo >> /count; rm -f /data/kept; " + Stop);
        Instance.WaitFor(() => owner.Run("exec", "box", "test", "-e", "/data/kept").ExitCode == 1, "the container does not change");
        Assert.Equal(shown, owner.Ok("inspect", "--format", "{{.Driver}}", "box").Trim());
        owner.Configure(driver == "vfs" ? "overlay" : "vfs"); // it was made: what is configured later is for others
        owner.Ok("stop", "box");
        Assert.Empty(owner.Servers());
        owner.Ok("start", "box");

        Instance.WaitFor(() => owner.Run("exec", "box", "wc", "-l", "/count").Output == "2 /count\n", "the change is gone");
        Assert.Equal("same\n", owner.Ok("exec", "box", "ls", "/data"));
        Assert.Equal(shown, owner.Ok("inspect", "--format", "{{.GraphDriver.Name}}", "box").Trim());
        owner.Ok("rm", "-f", "box");
        Assert.Equal(layers, owner.Snapshots().Length);
        AssertNothingIsLeft(owner);
    }

    [Fact]
    public void A_container_whose_shim_was_killed_keeps_its_files_and_leaves_nothing_at_its_end()
    {
        using StorageOwner owner = Loaded();
        string id = owner.Ok("run", "-d", "--name", "box", "layered", "sh", "-c", "echo here > /new; " + Stop).Trim();
        Instance.WaitFor(() => owner.Run("exec", "box", "cat", "/new").Output == "here\n", "the container does not change");

        Tool.Run("kill", ["-KILL", owner.ShimOf(id).ToString(System.Globalization.CultureInfo.InvariantCulture)], TimeSpan.FromSeconds(5)).Ok();

        Instance.WaitFor(() => owner.Run("exec", "box", "cat", "/new", "/data/same").Output == "here\nkept", "the files are gone");
        owner.Ok("rm", "-f", "box");
        AssertNothingIsLeft(owner);
    }

    [Fact]
    public void A_new_volume_gets_what_the_image_has()
    {
        using StorageOwner owner = Loaded();

        Assert.Equal("kept\nsame\n", owner.Ok("run", "--rm", "-v", "store:/data", "layered", "ls", "/data"));
        Assert.Equal("shown\n", owner.Ok("run", "--rm", "-v", "store2:/opaque", "layered", "ls", "/opaque"));
    }

    [Fact]
    public void Users_of_the_image_are_found_and_a_container_with_mapped_ids_sees_the_images_owners()
    {
        using StorageOwner owner = Loaded();

        Assert.Equal("65534\n", owner.Ok("run", "--rm", "-u", "nobody", "layered", "id", "-u"));
        if (!isRoot) { return; }

        Assert.SkipUnless(Machine.WhyNot(Needs.IdmappedOverlay) is null, "needs idmapped layers");
        Assert.Equal("7:8 4755\n0:0 711\n9:0\n", owner.Ok("run", "--rm", "--userns", "auto", "layered", "sh", "-c", "stat -c '%u:%g %a' /data/kept /; touch /new; chown 9 /new; stat -c %u:%g /new"));
    }

    private StorageOwner Owner()
    {
        Needs all = Instance.Usual | needs | (isRoot ? Needs.None : OrdinaryUser.Usual);
        Assert.SkipUnless(Machine.WhyNot(all) is null, Machine.WhyNot(all) ?? "");
        return new StorageOwner(isRoot, driver);
    }

    private StorageOwner Loaded()
    {
        StorageOwner owner = Owner();
        try
        {
            owner.Load(TestImages.BusyboxImage("docker.io/library/layered:latest").Layer(First()).Layer(Second()));
            return owner;
        }
        catch
        {
            owner.Dispose();
            throw;
        }
    }

    private static TarWriter First() => new TarWriter()
        .Directory("data", mode: 0x1E8, uid: 1000, gid: 50)
        .File("data/gone", "gone")
        .File("data/kept", "kept", mode: 0x9ED, uid: 7, gid: 8, pax: new() { ["SCHILY.xattr.user.note"] = "word"u8.ToArray() })
        .HardLink("data/same", "data/kept")
        .Directory("opaque")
        .File("opaque/hidden", "hidden")
        .Symlink("link", "data/kept", uid: 5, gid: 6)
        .Fifo("pipe")
        .Device("null", 'c', 1, 3);

    private static TarWriter Second() => new TarWriter()
        .Directory(".", mode: 0x1C9)
        .Directory("data", mode: 0x1E8, uid: 1000, gid: 50)
        .File("data/.wh.gone", "")
        .Directory("opaque")
        .File("opaque/.wh..wh..opq", "")
        .File("opaque/shown", "");

    private static void AssertNothingIsLeft(StorageOwner owner)
    {
        Instance.WaitFor(() => owner.Servers().Count == 0, "a process still shows layers");
        Assert.Empty(Directory.EnumerateFileSystemEntries(owner.Root + "/containers"));
    }
}

/// <summary>The kernel's overlayfs with the host's rights.</summary>
public sealed class NativeOverlayTests() : StorageTests(isRoot: true, "overlay", "overlay2", Needs.None);

/// <summary>The kernel's overlayfs in the user namespace of an ordinary user.</summary>
public sealed class UnprivilegedOverlayTests() : StorageTests(isRoot: false, "overlay", "overlay2", Needs.None)
{
    [KernelFact(OrdinaryUser.Usual)]
    public void Its_marks_are_in_the_users_attributes()
    {
        using StorageOwner owner = new(isRoot: false, "overlay");
        owner.Load(TestImages.BusyboxImage());

        Assert.Equal("1\n", owner.Ok("run", "--rm", "busybox", "grep", "-c", "^overlay / overlay .*,userxattr", "/proc/mounts"));
    }
}

/// <summary>The program fuse-overlayfs, as root.</summary>
public sealed class FuseOverlayTests() : StorageTests(isRoot: true, "fuse-overlayfs", "fuse-overlayfs", Needs.FuseOverlay);

/// <summary>The program fuse-overlayfs in the user namespace of an ordinary user.</summary>
public sealed class UnprivilegedFuseOverlayTests() : StorageTests(isRoot: false, "fuse-overlayfs", "fuse-overlayfs", Needs.FuseOverlay);

/// <summary>Plain copies, as root.</summary>
public sealed class PlainCopyTests() : StorageTests(isRoot: true, "vfs", "vfs", Needs.None);

/// <summary>Plain copies of an ordinary user.</summary>
public sealed class UnprivilegedPlainCopyTests() : StorageTests(isRoot: false, "vfs", "vfs", Needs.None);
