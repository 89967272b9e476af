using Inro.Cli.Arguments;
using Inro.Engine.Volumes;
using Xunit;

namespace Inro.Tests.Cli.Arguments;

public sealed class MountArgumentTests
{
    [Theory]
    [InlineData("/a:/b", MountKind.Bind, "/a", "/b", false, "")]
    [InlineData("/a/../c:/b:ro", MountKind.Bind, "/c", "/b", true, "ro")]
    [InlineData("/a:/b:rw,z", MountKind.Bind, "/a", "/b", false, "rw,z")]
    [InlineData("data:/b", MountKind.Volume, "data", "/b", false, "")]
    [InlineData("/b", MountKind.Volume, "", "/b", false, "")]
    public void Short_volumes_are_binds_when_the_source_is_a_path(string text, MountKind kind, string source, string target, bool readOnly, string mode)
    {
        MountRequest mount = MountText.Parse(text);

        Assert.Equal((kind, source, target, readOnly, mode), (mount.Kind, mount.Source, mount.Target, mount.ReadOnly, mount.Mode));
        Assert.True(mount.ShortForm);
        Assert.Equal(kind == MountKind.Bind, mount.CreateSource);
    }

    [Fact]
    public void A_relative_source_is_seen_from_the_current_directory() =>
        Assert.Equal(Path.Combine(Environment.CurrentDirectory, "x"), MountText.Parse("./x:/b").Source);

    [Theory]
    [InlineData("/a:/b:rslave", "rslave")]
    [InlineData("/a:/b:ro,shared", "shared")]
    public void A_bind_may_name_its_propagation(string text, string propagation) => Assert.Equal(propagation, MountText.Parse(text).Propagation);

    [Theory]
    [InlineData("")]
    [InlineData(":")]
    [InlineData("/a:")]
    [InlineData("/a:/b:")]
    [InlineData("/a:/b:ro:x")]
    [InlineData("/a:b")]
    [InlineData("/a:/")]
    [InlineData("a:/b")] // one letter is no name
    [InlineData("a/b:/c")]
    [InlineData("/a:/b:readonly")]
    [InlineData("data:/b:rslave")]
    public void Other_volumes_are_refused(string text) => Assert.Throws<FormatException>(() => MountText.Parse(text));

    [Fact]
    public void A_long_mount_reads_every_key()
    {
        MountRequest bind = MountArgument.Parse("type=bind,source=/a,target=/b,readonly,bind-propagation=rslave,bind-recursive=disabled");
        Assert.Equal((MountKind.Bind, "/a", "/b", true, "rslave", true), (bind.Kind, bind.Source, bind.Target, bind.ReadOnly, bind.Propagation, bind.NonRecursive));
        Assert.False(bind.CreateSource);

        MountRequest tmpfs = MountArgument.Parse("dst=/run,type=tmpfs,tmpfs-size=64m,tmpfs-mode=0755,ro=false");
        Assert.Equal((MountKind.Tmpfs, "/run", 64L << 20, (int?)0x1ED, false), (tmpfs.Kind, tmpfs.Target, tmpfs.TmpfsSizeBytes, tmpfs.TmpfsMode, tmpfs.ReadOnly));

        MountRequest volume = MountArgument.Parse("src=data,destination=/b,volume-nocopy,volume-subpath=x");
        Assert.Equal((MountKind.Volume, "data", "/b", true, "x"), (volume.Kind, volume.Source, volume.Target, volume.NoCopy, volume.Subpath));
    }

    [Fact]
    public void A_long_mount_reads_podmans_keys_and_dockers_newer_ones()
    {
        MountRequest bind = MountArgument.Parse("type=bind,src=/a,dst=/b,ro,bind-recursive=writable,U,idmap=uids=0-1-1;gids=0-1-1,bind-create-src,noexec");
        Assert.Equal((ReadOnlyReach.Top, true, "uids=0-1-1;gids=0-1-1", true, "noexec"), (bind.Reach, bind.TakesOwner, bind.IdMap, bind.CreateSource, string.Join(',', bind.Options)));

        MountRequest image = MountArgument.Parse("type=image,src=busybox,dst=/b,image-subpath=bin");
        Assert.Equal((MountKind.Image, "busybox", true, "bin"), (image.Kind, image.Source, image.ReadOnly, image.Subpath));
        Assert.False(MountArgument.Parse("type=image,src=busybox,dst=/b,rw=true").ReadOnly);

        MountRequest volume = MountArgument.Parse("src=data,dst=/b,volume-driver=local,volume-opt=type=tmpfs,volume-opt=device=tmpfs,\"volume-opt=o=size=1m,mode=700\",volume-label=a=b");
        Assert.Equal("local device=tmpfs,o=size=1m,mode=700,type=tmpfs a=b", $"{volume.Driver} {Pairs(volume.DriverOptions)} {Pairs(volume.Labels)}");
    }

    [Fact]
    public void Short_volumes_read_podmans_words()
    {
        MountRequest mount = MountText.Parse("/a:/b:O,upperdir=/u,workdir=/w,U,idmap,rro,noexec");

        Assert.Equal((new OverlayPlaces("/u", "/w"), true, "", ReadOnlyReach.All, true, "noexec"), (mount.Overlay, mount.TakesOwner, mount.IdMap, mount.Reach, mount.ReadOnly, string.Join(',', mount.Options)));
    }

    private static string Pairs(IReadOnlyDictionary<string, string> map) => string.Join(',', map.OrderBy(static p => p.Key, StringComparer.Ordinal).Select(static p => $"{p.Key}={p.Value}"));

    [Theory]
    [InlineData("type=bind,target=/b", "source is required for a bind mount")]
    [InlineData("type=bind,source=/a", "target is required")]
    [InlineData("type=bind,source=/a,target=b", "invalid mount path: 'b' mount path must be absolute")]
    [InlineData("type=nfs,target=/b", "invalid mount type 'nfs': bind, volume, tmpfs, image, glob, ramfs and devpts exist")]
    [InlineData("type=tmpfs,target=/b,source=/a", "cannot specify a source for a tmpfs mount")]
    [InlineData("type=bind,source=/a,target=/b,tmpfs-size=1m", "tmpfs-size does not fit a mount of type bind")]
    [InlineData("type=bind,source=/a,target=/b,colour=red", "unexpected key 'colour' in 'colour=red'")]
    [InlineData("type=bind,source=/a,target=/b,colour", "invalid field 'colour' must be a key=value pair")]
    [InlineData("type=bind,source=/a,target=/b,readonly=perhaps", "invalid value for readonly: perhaps")]
    [InlineData("type=tmpfs,target=/b,tmpfs-mode=99", "invalid file mode '99'")]
    public void Other_mounts_are_refused_with_the_reason(string text, string why) =>
        Assert.Equal(why, Assert.Throws<FormatException>(() => MountArgument.Parse(text)).Message);

    [Fact]
    public void Memory_file_systems_keep_their_options()
    {
        MountRequest mount = MountText.ParseTmpfs("/run:rw,noexec,size=65536k,mode=1770,uid=5");

        Assert.Equal((MountKind.Tmpfs, "/run", 64L << 20, (int?)0x3F8), (mount.Kind, mount.Target, mount.TmpfsSizeBytes, mount.TmpfsMode));
        Assert.Equal(["noexec", "uid=5"], mount.Options);
        Assert.Throws<FormatException>(() => MountText.ParseTmpfs("/run:colour=red"));
        Assert.Throws<FormatException>(() => MountText.ParseTmpfs("run"));
    }

    [Theory]
    [InlineData("/dev/fuse", "/dev/fuse", "/dev/fuse", "rwm")]
    [InlineData("/dev/fuse:/dev/x", "/dev/fuse", "/dev/x", "rwm")]
    [InlineData("/dev/fuse:r", "/dev/fuse", "/dev/fuse", "r")]
    [InlineData("/dev/fuse:/dev/x:rw", "/dev/fuse", "/dev/x", "rw")]
    public void Devices_have_a_place_and_permissions(string text, string host, string container, string permissions) =>
        Assert.Equal(new Inro.Engine.Containers.DeviceRequest(host, container, permissions), DeviceArgument.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("fuse")]
    [InlineData("/dev/fuse:/dev/x:rwx")]
    [InlineData("/dev/fuse:/dev/x:rr")]
    [InlineData("/dev/fuse:x")]
    [InlineData("/a:/b:r:w")]
    public void Other_devices_are_refused(string text) => Assert.Throws<FormatException>(() => DeviceArgument.Parse(text));
}
