using Inro.Runtime.Checkpoint;
using Inro.Runtime.Resources;
using Inro.Spec.Runtime;
using Xunit;

namespace Inro.Tests.Runtime.Checkpoint;

public sealed class ExternalMountsTests
{
    private static readonly CgroupLocation[] OneTree = [new("/sys/fs/cgroup", "/c1", ["memory"], IsUnified: true)];

    [Fact]
    public void Binds_are_called_by_their_destinations_and_file_systems_are_not_the_hosts()
    {
        var config = Config(
            new MountConfig { Destination = "/proc", Type = "proc", Source = "proc" },
            new MountConfig { Destination = "//data/./x", Source = "/host/data", Options = ["rbind"] },
            new MountConfig { Destination = "/conf", Type = "bind", Source = "conf" });

        Assert.Equal([("/data/x", "/host/data"), ("/conf", "/bundle/conf")], ExternalMounts.ForRestore(config, "/bundle", OneTree));
    }

    [Fact]
    public void Masked_files_and_the_devices_of_a_user_namespace_are_the_hosts()
    {
        RuntimeConfig config = Config() with
        {
            Linux = new LinuxConfig { MaskedPaths = ["/proc/kcore"], Namespaces = [new NamespaceConfig("user", null), new NamespaceConfig("mount", null)], Devices = [new DeviceConfig { Type = "c", Path = "/dev/fuse", Major = 10, Minor = 229 }] },
        };

        IReadOnlyList<(string Key, string Value)> mounts = ExternalMounts.ForRestore(config, "/bundle", OneTree);

        Assert.Contains(("/dev/null", "/dev/null"), mounts);
        Assert.Contains(("/dev/fuse", "/dev/fuse"), mounts);
        Assert.Contains(("/dev/tty", "/dev/tty"), mounts);
        Assert.Equal(mounts.Count, mounts.Select(static m => m.Key).Distinct().Count());
    }

    [Fact]
    public void Cgroups_are_the_hosts_unless_the_container_has_a_namespace_of_them()
    {
        CgroupLocation[] two = [new("/sys/fs/cgroup/memory", "/c1", ["memory"], IsUnified: false), new("/sys/fs/cgroup/unified", "/c1", [], IsUnified: true)];
        RuntimeConfig plain = Config(new MountConfig { Destination = "/sys/fs/cgroup", Type = "cgroup", Source = "cgroup" });
        RuntimeConfig own = plain with { Linux = new LinuxConfig { Namespaces = [new NamespaceConfig("cgroup", null)] } };

        Assert.Equal([("/sys/fs/cgroup", "/sys/fs/cgroup/c1")], ExternalMounts.ForRestore(plain, "/b", OneTree));
        Assert.Equal([("/sys/fs/cgroup/memory", "/sys/fs/cgroup/memory/c1"), ("/sys/fs/cgroup/unified", "/sys/fs/cgroup/unified/c1")], ExternalMounts.ForRestore(plain, "/b", two));
        Assert.Empty(ExternalMounts.ForRestore(own, "/b", OneTree));
    }

    [Fact]
    public void The_cgroups_of_a_process_are_read_with_their_controllers()
    {
        Assert.Equal([("memory", "/a:b"), ("name=systemd", "/"), ("", "/c1")], Restoration.CgroupRoots("9:memory:/a:b\n1:name=systemd:/\n0::/c1\n"));
    }

    private static RuntimeConfig Config(params MountConfig[] mounts) => new() { OciVersion = "1.0.0", Mounts = mounts };
}
