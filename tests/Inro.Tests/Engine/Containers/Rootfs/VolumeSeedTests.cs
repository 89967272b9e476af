using Inro.Engine.Containers;
using Inro.Engine.Volumes;
using Xunit;

namespace Inro.Tests.Engine.Containers.Rootfs;

/// <summary>The image's content goes into new volumes and nowhere else.</summary>
public sealed class VolumeSeedTests : IDisposable
{
    private readonly TestInstance instance = new();

    public VolumeSeedTests()
    {
        // owners are kept, and only root may give files away: an ordinary user's files are its own in any case
        string place = instance.Paths.Snapshots + "/1/fs/data";
        Directory.CreateDirectory(place + "/sub");
        File.WriteAllText(place + "/file", "content");
        File.SetUnixFileMode(place + "/file", UnixFileMode.UserRead | UnixFileMode.SetUser | UnixFileMode.UserExecute);
        File.CreateSymbolicLink(place + "/sub/link", "../file");
        File.SetLastWriteTimeUtc(place + "/file", DateTime.UnixEpoch.AddDays(1));
        File.SetUnixFileMode(place, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.StickyBit);
    }

    public void Dispose() => instance.Dispose();

    [Fact]
    public void New_volume_gets_the_images_content_with_modes_links_and_times()
    {
        string data = Create(new MountRequest { Kind = MountKind.Volume, Source = "vol", Target = "/data" });

        Assert.Equal("content", File.ReadAllText(data + "/file"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.SetUser | UnixFileMode.UserExecute, File.GetUnixFileMode(data + "/file"));
        Assert.Equal(DateTime.UnixEpoch.AddDays(1), File.GetLastWriteTimeUtc(data + "/file"));
        Assert.Equal("../file", new FileInfo(data + "/sub/link").LinkTarget);
        Assert.True(File.GetUnixFileMode(data).HasFlag(UnixFileMode.StickyBit));
    }

    [Fact]
    public void Used_volume_keeps_what_it_has()
    {
        string data = Create(new MountRequest { Kind = MountKind.Volume, Source = "vol", Target = "/etc" });
        File.WriteAllText(data + "/mine", "");

        Create(new MountRequest { Kind = MountKind.Volume, Source = "vol", Target = "/data" });

        Assert.Equal(["mine"], Directory.EnumerateFileSystemEntries(data).Select(Path.GetFileName));
    }

    [Fact]
    public void Volume_with_nocopy_stays_empty()
    {
        string data = Create(new MountRequest { Kind = MountKind.Volume, Source = "vol", Target = "/data", NoCopy = true });

        Assert.Empty(Directory.EnumerateFileSystemEntries(data));
    }

    [Fact]
    public void Half_filled_volume_is_filled_anew()
    {
        using (TestInstance.Session victim = instance.Open(point => { if (point is "volume: filled" or "abandon") { throw new InvalidOperationException(); } }))
        {
            Assert.Throws<InvalidOperationException>(() => victim.Containers.Create(Config(new MountRequest { Kind = MountKind.Volume, Source = "vol", Target = "/data" })));
        }

        File.WriteAllText(instance.Paths.VolumeData("vol") + "/half", "");
        using (TestInstance.Session next = instance.Open()) { next.Containers.Repair(); }

        string data = Create(new MountRequest { Kind = MountKind.Volume, Source = "vol", Target = "/data" });

        Assert.False(File.Exists(data + "/half"));
        Assert.True(File.Exists(data + "/file"));
    }

    private static ContainerConfig Config(MountRequest mount) => ContainerServiceTests.Busybox() with { Mounts = [mount] };

    private string Create(MountRequest mount)
    {
        using TestInstance.Session session = instance.Open();
        string id = session.Containers.Create(Config(mount)).Id;
        return session.Containers.Find(id).Mounts[0].Source;
    }
}
