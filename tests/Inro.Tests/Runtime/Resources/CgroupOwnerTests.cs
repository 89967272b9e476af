using Inro.Runtime.Resources;
using Inro.Spec.Runtime;
using Xunit;

namespace Inro.Tests.Runtime.Resources;

public sealed class CgroupOwnerTests
{
    [Theory]
    [InlineData("user cgroup", "", 0, 100000)]
    [InlineData("user cgroup", "", 7, 100007)]
    [InlineData("user cgroup", "nosuid", 65535, 165535)]
    [InlineData("user cgroup", "", 65536, null)] // not mapped
    [InlineData("user cgroup", "ro", 0, null)]
    [InlineData("user", "", 0, null)]
    [InlineData("cgroup", "", 0, null)]
    public void The_cgroup_belongs_to_the_user_on_the_host_where_the_container_may_write_to_it(string namespaces, string option, uint user, int? owner) =>
        Assert.Equal((uint?)owner, CgroupOwner.Of(Config(namespaces, option, user)));

    [Fact]
    public void Without_a_mount_of_cgroups_it_stays_the_hosts() => Assert.Null(CgroupOwner.Of(Config("user cgroup", "", 0) with { Mounts = [] }));

    private static RuntimeConfig Config(string namespaces, string option, uint user) => new()
    {
        OciVersion = "1.2.0",
        Process = new ProcessConfig { Cwd = "/", User = new UserConfig { Uid = user } },
        Mounts = [new MountConfig { Destination = "/sys/fs/cgroup", Type = "cgroup", Source = "cgroup", Options = option.Length == 0 ? [] : [option] }],
        Linux = new LinuxConfig { Namespaces = [.. namespaces.Split(' ').Select(static n => new NamespaceConfig(n, null))], UidMappings = [new IdMapping(0, 100000, 65536)] },
    };
}
