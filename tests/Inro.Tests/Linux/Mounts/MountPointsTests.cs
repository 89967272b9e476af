using Inro.Linux.Mounts;
using Xunit;

namespace Inro.Tests.Linux.Mounts;

public sealed class MountPointsTests
{
    private static readonly string[] Table =
    [
        "1 0 8:1 / / rw - ext4 /dev/vda rw",
        "2 1 0:9 / /data rw,nosuid shared:3 - tmpfs tmpfs rw",
        "3 2 0:10 / /data/a\\040b ro - tmpfs tmpfs rw",
        "4 3 0:11 / /data/a\\040b/c ro master:1 - tmpfs tmpfs rw",
        "5 1 0:12 / /database rw - tmpfs tmpfs rw",
        "6",
    ];

    [Theory]
    [InlineData("/data", "a b,a b/c")]
    [InlineData("/data/a b/", "c")]
    [InlineData("/", "data,data/a b,data/a b/c,database")]
    [InlineData("/database", "")]
    public void Mounts_below_a_path_are_found_and_neighbours_are_not(string path, string expected) =>
        Assert.Equal(expected.Split(',', StringSplitOptions.RemoveEmptyEntries), MountPoints.Below(path, Table));
}
