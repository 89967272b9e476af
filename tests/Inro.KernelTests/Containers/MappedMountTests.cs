using Inro.KernelTests.Harness;
using Inro.Runtime;
using Inro.Spec.Runtime;
using Xunit;

namespace Inro.KernelTests.Containers;

/// <summary>Mounts with id mappings of their own.</summary>
public sealed class MappedMountTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    [KernelTheory(Needs.Root | Needs.Busybox | Needs.IdmappedMounts)]
    [InlineData("bind")]
    [InlineData("bind", "idmap")]
    public void A_mount_shows_its_files_by_its_own_mapping_without_a_user_namespace(params string[] options)
    {
        using var fixture = new ContainerFixture();
        Fill(fixture);
        RuntimeConfig config = WithMount("stat -c %u:%g /data/file /data/sub/below; touch /data/new; stat -c %u:%g /data/new", options);
        config = config with { Process = config.Process! with { User = new UserConfig { Uid = 1005, Gid = 2006 } } }; // Config always gives it

        Assert.Equal(("1005:2006\n1000:2000\n1005:2006\n", 0), fixture.Run(config));
        Assert.Equal("5:6\n", Owner(fixture, "new"));
    }

    [KernelTheory(Needs.Root | Needs.Busybox | Needs.IdmappedMounts)]
    [InlineData("idmap", "0:0")] // a mount that is not mapped shows what is on it
    [InlineData("ridmap", "1000:2000")]
    public void Mounts_below_are_mapped_where_the_options_say_so(string option, string below)
    {
        using var fixture = new ContainerFixture();
        Fill(fixture);
        string elsewhere = Directory.CreateDirectory(fixture.Bundle / "elsewhere").FullName; // a file system that can be mapped: tmpfs cannot before Linux 6.3
        Tool.Run("mount", ["--bind", elsewhere, fixture.Bundle / "data/sub"], Deadline).Ok();
        fixture.Bundle.File("data/sub/below", "");

        Assert.Equal(($"1005:2006\n{below}\n", 0), fixture.Run(WithMount("stat -c %u:%g /data/file /data/sub/below", "rbind", option)));
    }

    [KernelFact(Needs.Root | Needs.Busybox | Needs.IdmappedMounts | Needs.UserNamespaces)]
    public void In_a_user_namespace_the_mounts_own_mapping_goes_before_the_containers()
    {
        using var fixture = new ContainerFixture();
        Fill(fixture);
        Tool.Run("chown", ["-hR", "100000:100000", fixture.Bundle / "rootfs"], Deadline).Ok();
        RuntimeConfig config = ContainerFixture.InUserNamespace(WithMount("stat -c %u:%g /data/file /other/file", "bind"));
        MountConfig own = config.Mounts[^1] with { UidMappings = [new(0, 100007, 100)], GidMappings = [new(0, 100008, 100)] };
        MountConfig containers = new() { Destination = "/other", Source = "data", Options = ["bind", "idmap"] };
        config = config with { Mounts = [.. config.Mounts.SkipLast(1), own, containers] };

        Assert.Equal(("12:14\n5:6\n", 0), fixture.Run(config));
    }

    [KernelFact(Needs.Root | Needs.Busybox | Needs.IdmappedMounts | Needs.UserNamespaces)]
    public void A_user_namespace_that_is_joined_maps_the_mounts_that_ask_for_it()
    {
        using var fixture = new ContainerFixture();
        Fill(fixture);
        Tool.Run("chown", ["-hR", "100000:100000", fixture.Bundle / "rootfs"], Deadline).Ok();
        string id = fixture.NewId();
        using LaunchedContainer first = fixture.Create(id, ContainerFixture.InUserNamespace(ContainerFixture.Config("exec sleep 1000")));
        RuntimeConfig config = ContainerFixture.Config("stat -c %u:%g /data/file");
        config = config with
        {
            Linux = config.Linux! with { Namespaces = [.. config.Linux!.Namespaces, new("user", $"/proc/{first.Pid}/ns/user")] }, // Config always gives it
            Mounts = [.. config.Mounts, new MountConfig { Destination = "/data", Source = "data", Options = ["bind", "idmap"] }],
        };

        (string Output, int Status) shown = fixture.Run(config);

        fixture.Runtime.Delete(id, force: true);
        first.Process.Reap(TimeSpan.FromSeconds(10));
        Assert.Equal(("5:6\n", 0), shown);
    }

    [KernelFact(Needs.Root | Needs.Busybox)]
    public void Without_any_mapping_idmap_is_refused()
    {
        using var fixture = new ContainerFixture();
        RuntimeConfig config = ContainerFixture.Config("true");
        config = config with { Mounts = [new MountConfig { Destination = "/data", Source = "data", Options = ["bind", "idmap"] }] };

        RuntimeException failure = Assert.Throws<RuntimeException>(() => fixture.Run(config));

        Assert.StartsWith("mounts[0].options: ids can be mapped by the mount's own", failure.Message, StringComparison.Ordinal);
    }

    private static RuntimeConfig WithMount(string script, params string[] options)
    {
        RuntimeConfig config = ContainerFixture.Config(script);
        MountConfig data = new() { Destination = "/data", Type = "bind", Source = "data", Options = options, UidMappings = [new(0, 1000, 100)], GidMappings = [new(0, 2000, 100)] };
        return config with { Mounts = [.. config.Mounts, data] };
    }

    private static void Fill(ContainerFixture fixture)
    {
        fixture.Bundle.File("data/file", "");
        fixture.Bundle.File("data/sub/below", "");
        Tool.Run("sh", ["-c", $"cd {fixture.Bundle / "data"} && chown 5:6 file && chmod 777 ."], Deadline).Ok();
    }

    private static string Owner(ContainerFixture fixture, string name) => Tool.Run("stat", ["-c", "%u:%g", fixture.Bundle / ("data/" + name)], Deadline).Ok().Output;
}
