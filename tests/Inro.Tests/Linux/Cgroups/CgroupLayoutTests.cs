using System.Text;
using Inro.Linux.Cgroups;
using Xunit;

namespace Inro.Tests.Linux.Cgroups;

/// <summary>Mount tables of different hosts.</summary>
public sealed class CgroupLayoutTests
{
    private const string Hybrid = """
        22 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw
        31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
        32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:7 - cgroup cgroup rw,cpu,cpuacct
        35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
        40 31 0:37 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,xattr,release_agent=/lib/systemd/agent,name=systemd
        41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw,nsdelegate
        90 31 0:32 /c /srv/root/sys/fs/cgroup/memory rw - cgroup cgroup rw,memory
        """;

    private const string HybridOwn = "9:name=systemd:/user.slice\n4:memory:/a/b\n1:cpu,cpuacct:/\n0::/x\n";

    [Fact]
    public void Hybrid_host_shows_each_tree_once_with_the_callers_place()
    {
        CgroupLayout layout = Parse(Hybrid, HybridOwn, "");

        Assert.Equal(["cpu,cpuacct /", "memory /a/b", "name=systemd /user.slice", "unified /x"], layout.Hierarchies.Select(h => $"{h.Label} {h.OwnPath}"));
        Assert.Equal("/sys/fs/cgroup/memory", layout.Find("memory")!.MountPoint);
        Assert.False(layout.IsPureUnified);
        Assert.Null(layout.Find("pids"));
    }

    [Fact]
    public void Pure_v2_host_offers_what_its_top_says()
    {
        CgroupLayout layout = Parse("29 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n", "0::/user.slice/s.scope\n", "cpuset cpu io memory pids\n");

        Assert.True(layout.IsPureUnified);
        Assert.True(layout.Find("io")!.IsUnified);
        Assert.Equal("/user.slice/s.scope", layout.Unified!.OwnPath);
    }

    [Theory]
    [InlineData("/docker/c1", "/docker/c1", "/")]       // a container that sees only its own part
    [InlineData("/docker/c1", "/docker/c1/in", "/in")]
    [InlineData("/docker/c1", "/elsewhere", "/")]       // cannot be reached through this mount
    public void Mount_of_a_part_of_the_tree_shifts_the_callers_place(string root, string own, string expected) =>
        Assert.Equal(expected, Parse($"29 23 0:26 {root} /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n", $"0::{own}\n", "").Unified!.OwnPath);

    [Fact]
    public void Escaped_mount_point_is_read() =>
        Assert.Equal("/mnt/c g\\x", Parse("29 23 0:26 / /mnt/c\\040g\\134x rw - cgroup2 cgroup2 rw\n", "0::/\n", "").Unified!.MountPoint);

    [Theory]
    [InlineData("/", "/a/b", "/a/b")]
    [InlineData("/own", "/a", "/a")]
    [InlineData("/own", "a/b", "/own/a/b")]
    [InlineData("/", "a//./b/", "/a/b")]
    public void Path_resolves(string parent, string path, string expected) => Assert.Equal(expected, CgroupPath.Resolve(parent, path));

    [Theory]
    [InlineData("../x")]
    [InlineData("/a/../../b")]
    [InlineData("/a\nb")]
    public void Path_that_leaves_is_refused(string path) => Assert.Throws<FormatException>(() => CgroupPath.Resolve("/", path));

    private static CgroupLayout Parse(string mounts, string own, string controllers) =>
        CgroupLayout.Parse(Encoding.UTF8.GetBytes(mounts), Encoding.UTF8.GetBytes(own), _ => controllers);
}
