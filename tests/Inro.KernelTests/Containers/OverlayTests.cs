using Inro.KernelTests.Harness;
using Inro.Spec;
using Inro.Spec.Runtime;
using Xunit;

namespace Inro.KernelTests.Containers;

/// <summary>Layers as the root.</summary>
public sealed class OverlayTests
{
    [KernelFact(Needs.Root | Needs.Busybox | Needs.OverlayFs)]
    public void Layers_are_stacked_and_changes_go_to_the_upper_one()
    {
        using var fixture = new ContainerFixture();
        SnapshotMount snapshot = Layers(fixture, out string upper);
        (string output, int status) = fixture.Run(ContainerFixture.Config("cat /etc/top; touch /new; stat -c %u /etc/top"), r => r with { Rootfs = snapshot });
        Assert.Equal((0, "top0\n"), (status, output));
        Assert.True(File.Exists(upper + "/new"));
    }

    [KernelFact(Needs.Root | Needs.Busybox | Needs.OverlayFs | Needs.UserNamespaces | Needs.IdmappedOverlay)]
    public void In_a_user_namespace_ids_on_disk_stay_the_images()
    {
        using var fixture = new ContainerFixture();
        SnapshotMount snapshot = Layers(fixture, out string upper);
        RuntimeConfig config = ContainerFixture.InUserNamespace(ContainerFixture.Config("id -u; stat -c %u /etc/top; touch /new; chown 5 /new; cat /proc/self/uid_map | tr -s ' '"));
        IReadOnlyList<string> caps = ["CAP_CHOWN"];
        config = config with { Process = config.Process! with { Capabilities = new CapabilitiesConfig { Bounding = caps, Effective = caps, Permitted = caps } } };
        (string output, int status) = fixture.Run(config, r => r with { Rootfs = snapshot });
        Assert.Equal((0, "0\n0\n 0 100000 65536\n"), (status, output));
        Assert.Equal("5", Tool.Run("stat", ["-c", "%u", upper + "/new"], TimeSpan.FromSeconds(20)).Output.Trim());
    }

    [KernelFact(Needs.Root | Needs.Busybox | Needs.OverlayFs)]
    public void More_layers_than_one_string_holds_are_stacked_too()
    {
        using var fixture = new ContainerFixture();
        SnapshotMount snapshot = Layers(fixture, out _);
        var many = new List<string>();
        for (int i = 100; i < 190; i++)
        {
            fixture.Bundle.File($"layers/{i}/fs/many/{i}", "");
            many.Add($"{i}/fs");
        }

        (string output, int status) = fixture.Run(ContainerFixture.Config("ls /many | wc -l; cat /etc/top"), r => r with { Rootfs = snapshot with { Lower = [.. many, .. snapshot.Lower] } });
        Assert.Equal((0, "90\ntop"), (status, output));
    }

    private static SnapshotMount Layers(ContainerFixture fixture, out string upper)
    {
        TestRootfs.FillBusybox(fixture.Bundle / "layers/1/fs");
        fixture.Bundle.File("layers/2/fs/etc/top", "top");
        upper = fixture.Bundle.Dir("layers/3/fs");
        fixture.Bundle.Dir("layers/3/work");
        return new SnapshotMount { Directory = fixture.Bundle / "layers", Lower = ["2/fs", "1/fs"], Upper = "3/fs", Work = "3/work" };
    }
}
