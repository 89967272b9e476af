using Inro.KernelTests.Harness;
using Inro.Runtime;
using Inro.Runtime.Launch;
using Inro.Spec.Runtime;
using Xunit;

namespace Inro.KernelTests.Containers;

/// <summary>The way that kernels without mount_setattr (before 5.12) take: the same mounts with the same attributes.</summary>
public sealed class OlderKernelTests
{
    private const Needs Usual = Needs.Root | Needs.Busybox;

    private static readonly KernelFeatures Older = new() { HasMountAttributes = false };

    /// <summary>Mount points, attributes and propagation, without the numbers that differ between any two runs.</summary>
    private const string ShowMounts = "while read id parent device root target options rest; do echo \"$target $options ${rest%% - *}\"; done </proc/self/mountinfo | sed -E 's/(shared|master|propagate_from):[0-9]+/\\1/g'";

    public static TheoryData<string> Cases => [.. Configurations.Keys];

    private static Dictionary<string, Func<ContainerFixture, RuntimeConfig, RuntimeConfig>> Configurations { get; } = new(StringComparer.Ordinal)
    {
        ["plain"] = (_, config) => config,
        ["read-only root"] = (_, config) => config with { Root = config.Root! with { Readonly = true } }, // Config always gives it
        ["read-only bind"] = (fixture, config) => Bind(fixture, config, "rbind", "ro"),
        ["bind with many options"] = (fixture, config) => Bind(fixture, config, "bind", "ro", "nosuid", "nodev", "noexec", "noatime", "private"),
        ["bind that follows the host"] = (fixture, config) => Bind(fixture, config, "rbind", "rslave", "nodiratime", "strictatime"),
        ["recursively read-only bind"] = (fixture, config) => Bind(fixture, config, "rbind", "rro", "rnoexec"),
        ["shared root"] = (_, config) => config with { Linux = config.Linux! with { RootfsPropagation = "shared" } },
        ["cgroups of the host"] = (_, config) => config with { Linux = config.Linux! with { Namespaces = [.. config.Linux!.Namespaces.Where(n => n.Type != "cgroup")] } },
        ["user namespace"] = (fixture, config) => ContainerFixture.InUserNamespace(Bind(fixture, config, "rbind", "ro")),
    };

    [KernelTheory(Usual | Needs.UserNamespaces)]
    [MemberData(nameof(Cases))]
    public void Mounts_have_the_same_attributes_as_on_a_newer_kernel(string name)
    {
        using var fixture = new ContainerFixture();
        fixture.Bundle.Dir("source/below/deep");
        fixture.Bundle.Dir("rootfs/mnt"); // which a mapped root could not make in a directory of the host's root
        string source = fixture.Bundle / "source";
        Tool.Run("mount", ["-t", "tmpfs", "-o", "nosuid,nodev", "bound", source], TimeSpan.FromSeconds(10)).Ok();
        try
        {
            Directory.CreateDirectory(source + "/be low");
            Tool.Run("mount", ["-t", "tmpfs", "-o", "noexec,noatime", "below", source + "/be low"], TimeSpan.FromSeconds(10)).Ok();
            RuntimeConfig config = Configurations[name](fixture, ContainerFixture.Config(ShowMounts));

            (string newer, int status) = fixture.Run(config, r => r with { Rootfs = null });
            (string older, int olderStatus) = fixture.Run(config, r => r with { Kernel = Older });

            Assert.Equal(0, status);
            Assert.Equal(0, olderStatus);
            Assert.Equal(newer, older);
        }
        finally
        {
            Tool.Run("umount", ["--recursive", source], TimeSpan.FromSeconds(10));
        }
    }

    [KernelFact(Usual | Needs.UserNamespaces)]
    public void An_idmapped_bind_is_refused_with_the_reason()
    {
        using var fixture = new ContainerFixture();
        fixture.Bundle.Dir("source");
        RuntimeConfig config = ContainerFixture.InUserNamespace(Bind(fixture, ContainerFixture.Config("true"), "bind", "idmap"));

        RuntimeException refused = Assert.Throws<RuntimeException>(() => fixture.Run(config, r => r with { Kernel = Older }));

        Assert.Contains("this kernel maps no ids on mounts", refused.Message, StringComparison.Ordinal);
    }

    [KernelFact(Usual)]
    public void No_launch_of_the_older_way_asks_for_the_newer_call()
    {
        using var fixture = new ContainerFixture();
        fixture.Bundle.Dir("source");
        var request = new LaunchRequest
        {
            Id = fixture.NewId(), Config = Bind(fixture, ContainerFixture.Config("true"), "rbind", "rro"), Bundle = fixture.Bundle.Path, Kernel = Older,
        };
        using LaunchProgram program = fixture.Runtime.Compile(request);
        using LaunchProgram other = fixture.Runtime.Compile(request with { Kernel = new KernelFeatures { HasMountAttributes = true } });

        Assert.DoesNotContain(program.Operations, operation => operation.Call?.Name == "mount_setattr");
        Assert.Contains(other.Operations, operation => operation.Call?.Name == "mount_setattr");
    }

    private static RuntimeConfig Bind(ContainerFixture fixture, RuntimeConfig config, params string[] options) => config with
    {
        Mounts = [.. config.Mounts, new MountConfig { Destination = "/mnt", Type = "bind", Source = fixture.Bundle / "source", Options = options }],
    };
}
