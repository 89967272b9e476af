using Inro.Engine;
using Inro.Engine.Configuration;
using Inro.Engine.Images;
using Inro.Spec;
using Xunit;

namespace Inro.Tests.Engine.Configuration;

/// <summary>The file config.toml.</summary>
public sealed class ConfigurationReaderTests : IDisposable
{
    private readonly string path = Path.GetTempFileName();

    public void Dispose() => File.Delete(path);

    [Fact]
    public void A_policy_is_read_in_its_units()
    {
        File.WriteAllText(path, "other = 1\n[image-gc]\nkeep-storage = \"20GB\"\nkeep-for = \"720h\"\nmin-free = \"512m\"\n");

        Assert.Equal(
            new ImageGcPolicy { KeepStorageBytes = 20L << 30, KeepFor = TimeSpan.FromDays(30), MinFreeBytes = 512L << 20 },
            ConfigurationReader.ReadImageGc(path));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[image-gc]\n")]
    [InlineData("# nothing\n[other]\nx = 1\n")]
    public void Without_a_line_there_is_no_policy(string text)
    {
        File.WriteAllText(path, text);

        Assert.Null(ConfigurationReader.ReadImageGc(path));
        Assert.Null(ConfigurationReader.ReadImageGc(path + ".nosuch"));
    }

    [Theory]
    [InlineData("[storage]\ndriver = \"vfs\"\n", SnapshotKind.Copy)]
    [InlineData("[storage]\ndriver = \"fuse-overlayfs\"\n[image-gc]\nkeep-storage = \"20GB\"\n", SnapshotKind.FuseOverlay)]
    [InlineData("storage.driver = \"overlay\"\n", SnapshotKind.Overlay)]
    public void The_kind_of_snapshot_is_read(string text, SnapshotKind kind)
    {
        File.WriteAllText(path, text);

        Assert.Equal(kind, ConfigurationReader.ReadStorage(path));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[image-gc]\nkeep-storage = \"20GB\"\n")] // has the word
    [InlineData("[storage]\n")]
    [InlineData("[broken")] // does not speak of storage: whoever reads the other tables tells
    public void Without_a_driver_none_is_forced(string text)
    {
        File.WriteAllText(path, text);

        Assert.Null(ConfigurationReader.ReadStorage(path));
        Assert.Null(ConfigurationReader.ReadStorage(path + ".nosuch"));
    }

    [Theory]
    [InlineData("[storage]\ndriver = \"btrfs\"", "storage.driver: 'btrfs' is none of overlay, fuse-overlayfs, vfs")]
    [InlineData("[storage", "")]
    public void A_driver_that_cannot_be_understood_is_named(string text, string why)
    {
        File.WriteAllText(path, text);

        EngineException refused = Assert.Throws<EngineException>(() => ConfigurationReader.ReadStorage(path));

        Assert.Contains(path, refused.Problem, StringComparison.Ordinal);
        Assert.Contains(why, refused.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[image-gc]\nkeep-storage = \"much\"", "image-gc.keep-storage: invalid size: 'much'")]
    [InlineData("[image-gc]\nkeep-for = \"30 days\"", "image-gc.keep-for: ")]
    [InlineData("[image-gc]\nkeep-for = \"-1h\"", "is negative")]
    [InlineData("[image-gc", "")]
    public void What_cannot_be_understood_is_named(string text, string why)
    {
        File.WriteAllText(path, text);

        EngineException refused = Assert.Throws<EngineException>(() => ConfigurationReader.ReadImageGc(path));

        Assert.Contains(path, refused.Problem, StringComparison.Ordinal);
        Assert.Contains(why, refused.Problem, StringComparison.Ordinal);
    }
}
