using System.Text.Json;
using Inro.Conformance.Containers;
using Inro.KernelTests.Harness;
using Inro.KernelTests.Images.Support;
using Xunit;

namespace Inro.Conformance.Storage;

/// <summary><c>inro image mount</c> and <c>unmount</c>, as podman has them.</summary>
public sealed class ImageMountTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    [KernelTheory(Instance.Usual)]
    [InlineData("overlay")]
    [InlineData("fuse-overlayfs")]
    [InlineData("vfs")]
    public void An_image_is_mounted_read_counted_and_unmounted_with_each_driver(string driver)
    {
        Assert.SkipUnless(driver != "fuse-overlayfs" || Machine.WhyNot(Needs.FuseOverlay) is null, Machine.WhyNot(Needs.FuseOverlay) ?? "");
        using StorageOwner owner = Loaded(isRoot: true, driver);

        string path = owner.Ok("image", "mount", "layered").TrimEnd('\n');

        Assert.StartsWith(owner.RunDirectory + "/", path, StringComparison.Ordinal);
        Assert.Equal("kept", File.ReadAllText(path + "/data/kept"));
        Assert.Equal([path + "/data/kept"], Directory.EnumerateFileSystemEntries(path + "/data"));
        Assert.Equal(["shown"], Directory.EnumerateFileSystemEntries(path + "/opaque").Select(static f => Path.GetFileName(f)!));
        Assert.Throws<IOException>(() => File.WriteAllText(path + "/new", ""));
        Assert.Equal(path + "\n", owner.Ok("image", "mount", "layered:latest"));
        Assert.Equal($"docker.io/library/layered:latest  {path}\n", owner.Ok("image", "mount"));
        string id = owner.Ok("images", "-q", "--no-trunc").Trim()[7..];
        Assert.Equal(id + "\n", owner.Ok("image", "unmount", "layered"));
        Assert.True(File.Exists(path + "/data/kept")); // mounted twice, unmounted once
        Assert.Equal(id + "\n", owner.Ok("image", "umount", id[..12]));
        AssertNothingIsLeft(owner, path);
        Assert.Empty(owner.Ok("image", "unmount", "layered")); // no error, as podman sees it
        Assert.Empty(owner.Ok("image", "mount"));
    }

    [KernelTheory(Instance.Usual)]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(600)]
    public void An_image_of_any_number_of_layers_is_mounted(int layers)
    {
        using StorageOwner owner = new(isRoot: true, "overlay");
        var image = new TestImage { Name = "docker.io/library/layered:latest" };
        for (int i = 1; i <= layers; i++) { image.Layer(new TarWriter().Directory("many").File($"many/{i}", ""), LayerPacking.None); }

        owner.Load(image);
        string path = owner.Ok("image", "mount", "layered").TrimEnd('\n');

        Assert.Equal(layers, Directory.Exists(path + "/many") ? Directory.GetFiles(path + "/many").Length : 0);
        Assert.NotEqual(0, Tool.Run("touch", [path + "/new"], Deadline).ExitCode);
        owner.Ok("image", "unmount", "--all");
        AssertNothingIsLeft(owner, path);
    }

    [KernelFact(Instance.Usual)]
    public void Force_unmounts_however_often_it_was_mounted_and_json_names_everything()
    {
        using StorageOwner owner = Loaded(isRoot: true, "overlay");
        owner.Ok("tag", "layered", "other:v1");
        string path = owner.Ok("image", "mount", "layered").TrimEnd('\n');
        Assert.Equal($"docker.io/library/layered:latest  {path}\n", owner.Ok("image", "mount", "--all")); // one image, counted again

        using (JsonDocument json = JsonDocument.Parse(owner.Ok("image", "mount", "--format", "json")))
        {
            JsonElement only = Assert.Single(json.RootElement.EnumerateArray());
            Assert.Equal(path, only.GetProperty("mountpoint").GetString());
            Assert.Equal(64, only.GetProperty("id").GetString()!.Length);
            Assert.Equal(["docker.io/library/layered:latest", "docker.io/library/other:v1"], only.GetProperty("Repositories").EnumerateArray().Select(static r => r.GetString()!).Order(StringComparer.Ordinal));
        }

        owner.Ok("image", "unmount", "--force", "other:v1");
        AssertNothingIsLeft(owner, path);
        Assert.Equal("[]\n", owner.Ok("image", "mount", "--format", "json"));
    }

    [KernelFact(Instance.Usual)]
    public void A_mounted_image_is_removed_by_force_alone_and_no_prune_takes_it()
    {
        using StorageOwner owner = Loaded(isRoot: true, "overlay");
        string path = owner.Ok("image", "mount", "layered").TrimEnd('\n');

        ToolResult refused = owner.Run("rmi", "layered");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("(must be forced) - image is mounted", refused.Error, StringComparison.Ordinal);
        Assert.Equal("Total reclaimed space: 0B\n", owner.Ok("image", "prune", "-a", "-f"));
        Assert.Equal("kept", File.ReadAllText(path + "/data/kept"));

        owner.Ok("rmi", "-f", "layered");
        AssertNothingIsLeft(owner, path);
        Assert.Empty(owner.Snapshots());
    }

    [KernelTheory(Instance.Usual)]
    [InlineData(true)] // by somebody's umount
    [InlineData(false)] // by a reboot, after which the directory says so still
    public void A_mount_that_is_gone_is_not_counted_and_made_anew(bool isUnmounted)
    {
        using StorageOwner owner = Loaded(isRoot: true, "overlay");
        string path = owner.Ok("image", "mount", "layered").TrimEnd('\n');
        if (isUnmounted) { Tool.Run("umount", [path], Deadline).Ok(); }
        else
        {
            string note = Assert.Single(Directory.GetFiles(Path.GetDirectoryName(path)!));
            string[] words = File.ReadAllText(note).Split(' ');
            words[1] = Guid.NewGuid().ToString();
            File.WriteAllText(note, string.Join(' ', words));
        }

        Assert.Empty(owner.Ok("image", "mount"));
        Assert.Equal(path + "\n", owner.Ok("image", "mount", "layered"));
        Assert.Equal("kept", File.ReadAllText(path + "/data/kept"));
        Assert.Single(MountTable.Under(path)); // not one over the other
        owner.Ok("image", "unmount", "layered");
        AssertNothingIsLeft(owner, path);
        owner.Ok("rmi", "layered");
    }

    [KernelTheory(Instance.Usual)]
    [InlineData("image mount --all layered", "when using the --all switch, you may not pass any image names or IDs")]
    [InlineData("image unmount --all layered", "when using the --all switch, you may not pass any image names or IDs")]
    [InlineData("image unmount", "image name or ID must be specified")]
    [InlineData("image mount --format yaml", "unknown --format argument: \"yaml\"")]
    [InlineData("image mount layered nosuch", "No such image: nosuch:latest")]
    [InlineData("image unmount nosuch", "No such image: nosuch:latest")]
    public void What_cannot_be_is_refused_with_podmans_exit_status(string line, string why)
    {
        using StorageOwner owner = Loaded(isRoot: true, "overlay");

        ToolResult refused = owner.Run(line.Split(' '));

        Assert.Equal(125, refused.ExitCode);
        Assert.Contains(why, refused.Error, StringComparison.Ordinal);
        Assert.Empty(owner.Ok("image", "mount")); // of several, none
    }

    [KernelFact(OrdinaryUser.Usual)]
    public void An_ordinary_user_is_told_to_enter_the_namespace_first()
    {
        using StorageOwner owner = Loaded(isRoot: false, "overlay");

        ToolResult refused = owner.Run("image", "mount", "layered");

        Assert.Equal(125, refused.ExitCode);
        Assert.Contains("try: inro unshare, and there inro image mount", refused.Error, StringComparison.Ordinal);
    }

    [KernelTheory(OrdinaryUser.Usual)]
    [InlineData("overlay")]
    [InlineData("fuse-overlayfs")]
    [InlineData("vfs")]
    public void In_the_namespace_of_an_ordinary_user_it_works_and_ends_with_the_namespace(string driver)
    {
        Assert.SkipUnless(driver != "fuse-overlayfs" || Machine.WhyNot(Needs.FuseOverlay) is null, Machine.WhyNot(Needs.FuseOverlay) ?? "");
        using StorageOwner owner = Loaded(isRoot: false, driver);
        string inro = owner.Program;

        string output = owner.Ok("unshare", "sh", "-c",
            $"p=$('{inro}' image mount layered) && cat $p/data/kept && stat -c %u:%g $p/data/kept && unshare --mount '{inro}' rmi layered; '{inro}' rmi layered; '{inro}' image mount | wc -l");

        Assert.Equal("kept7:8\n1\n", output); // twice refused: it is mounted, seen from another namespace too
        Instance.WaitFor(() => owner.Servers().Count == 0, "a process outlives the namespace");
        owner.Ok("rmi", "layered");
        Assert.Empty(owner.Snapshots());
    }

    private static StorageOwner Loaded(bool isRoot, string driver)
    {
        var owner = new StorageOwner(isRoot, driver);
        try
        {
            owner.Load(new TestImage { Name = "docker.io/library/layered:latest" }
                .Layer(new TarWriter().Directory("data").File("data/kept", "kept", uid: 7, gid: 8).File("data/gone", "").Directory("opaque").File("opaque/hidden", ""))
                .Layer(new TarWriter().File("data/.wh.gone", "").Directory("opaque").File("opaque/.wh..wh..opq", "").File("opaque/shown", "")));
            return owner;
        }
        catch
        {
            owner.Dispose();
            throw;
        }
    }

    private static void AssertNothingIsLeft(StorageOwner owner, string path)
    {
        Assert.Empty(MountTable.Under(owner.Root));
        Assert.False(Directory.Exists(path));
        Assert.False(Directory.Exists(owner.Root + "/views") && Directory.EnumerateFileSystemEntries(owner.Root + "/views").Any());
        Instance.WaitFor(() => owner.Servers().Count == 0, "a process still shows layers");
    }
}
