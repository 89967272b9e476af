using Inro.Cli.Verbs.Oci;
using Inro.Spec.Runtime;
using Xunit;

namespace Inro.Tests.Cli.Oci;

public sealed class StarterConfigTests
{
    [Fact]
    public void It_can_be_read_back()
    {
        RuntimeConfig config = RuntimeConfigReader.Read(RuntimeConfigWriter.Write(StarterConfig.Make(isUnified: false), indented: true));

        Assert.Equal(["sh"], config.Process!.Args);
        Assert.True(config.Process.Terminal && config.Process.NoNewPrivileges && config.Root!.Readonly);
        Assert.Equal(["pid", "network", "ipc", "uts", "mount"], config.Linux!.Namespaces.Select(static n => n.Type));
        Assert.Equal(["/proc", "/dev", "/dev/pts", "/dev/shm", "/dev/mqueue", "/sys", "/sys/fs/cgroup"], config.Mounts.Select(static m => m.Destination));
        Assert.Equal([new DeviceRule(false, null, null, null, "rwm")], config.Linux.Resources!.Devices);
    }

    [Fact]
    public void A_host_with_cgroup_v2_alone_gives_a_cgroup_namespace() =>
        Assert.Contains(StarterConfig.Make(isUnified: true).Linux!.Namespaces, static n => n.Type == "cgroup");

    [Fact]
    public void An_ordinary_user_is_root_in_a_user_namespace_and_asks_for_nothing_more()
    {
        RuntimeConfig config = StarterConfig.ForOrdinaryUser(StarterConfig.Make(isUnified: false), [new IdMapping(0, 1000, 1)], [new IdMapping(0, 1001, 1)]);

        Assert.Equal([new IdMapping(0, 1000, 1)], config.Linux!.UidMappings);
        Assert.Equal([new IdMapping(0, 1001, 1)], config.Linux.GidMappings);
        Assert.Equal(["pid", "ipc", "uts", "mount", "user"], config.Linux.Namespaces.Select(static n => n.Type));
        Assert.Null(config.Linux.Resources);
        Assert.DoesNotContain(config.Mounts.SelectMany(static m => m.Options), static o => o.StartsWith("gid=", StringComparison.Ordinal));
        Assert.Contains(config.Mounts, static m => m is { Destination: "/sys", Type: "none", Source: "/sys" } && m.Options[0] == "rbind");
    }
}
