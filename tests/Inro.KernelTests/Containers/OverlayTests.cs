using Inro.KernelTests.Harness;
using Inro.Runtime;
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

    [KernelTheory(Needs.Root | Needs.Busybox | Needs.OverlayFs)]
    [InlineData(60)]
    [InlineData(127)] // as many as docker takes
    [InlineData(1_100)] // more than one overlay takes
    public void More_layers_than_one_string_holds_are_stacked_too(int count)
    {
        using var fixture = new ContainerFixture();
        SnapshotMount snapshot = Many(fixture, count);

        (string output, int status) = fixture.Run(ContainerFixture.Config(CountAndWrite), r => r with { Rootfs = snapshot });

        Assert.Equal((0, $"{count - 2}\n{count - 1}\ntop0\n"), (status, output));
        Assert.True(File.Exists(fixture.Bundle / "layers/3/fs/new"));
        Assert.Empty(Directory.GetFiles(fixture.Bundle / "layers")); // what was mounted there for a moment was seen by nobody
    }

    [KernelTheory(Needs.Root | Needs.Busybox | Needs.OverlayFs | Needs.UserNamespaces | Needs.IdmappedOverlay)]
    [InlineData(60)]
    [InlineData(127)]
    [InlineData(1_100)]
    public void Many_layers_are_stacked_in_a_user_namespace_too(int count)
    {
        using var fixture = new ContainerFixture();
        SnapshotMount snapshot = Many(fixture, count);

        (string output, int status) = fixture.Run(ContainerFixture.InUserNamespace(ContainerFixture.Config(CountAndWrite)), r => r with { Rootfs = snapshot });

        Assert.Equal((0, $"{count - 2}\n{count - 1}\ntop0\n"), (status, output));
    }

    [KernelFact(Needs.Root | Needs.Busybox | Needs.OverlayFs)]
    public void More_layers_than_overlays_of_overlays_take_are_refused_with_their_number()
    {
        using var fixture = new ContainerFixture();
        SnapshotMount snapshot = Layers(fixture, out _);
        snapshot = snapshot with { Lower = [.. Enumerable.Range(1_000_000, 180_000).Select(n => $"{n}/fs"), .. snapshot.Lower] };

        RuntimeException refused = Assert.Throws<RuntimeException>(() => fixture.Run(ContainerFixture.Config("true"), r => r with { Rootfs = snapshot }));

        Assert.Contains("the root has 180002 layers", refused.Message, StringComparison.Ordinal);
        Assert.Contains("inro image flatten", refused.Remedy, StringComparison.Ordinal);
    }

    [KernelTheory(Needs.Root | Needs.Busybox | Needs.OverlayFs)]
    [InlineData(3)]
    [InlineData(60)]
    public void A_layer_that_goes_with_its_container_is_mounted_without_syncs(int count)
    {
        using var fixture = new ContainerFixture();
        SnapshotMount snapshot = Many(fixture, count) with { IsVolatile = true };

        (string output, int status) = fixture.Run(ContainerFixture.Config("touch /new; grep -c '^overlay / .*volatile' /proc/mounts"), r => r with { Rootfs = snapshot });

        Assert.Equal((0, "1\n"), (status, output));
        Assert.True(File.Exists(fixture.Bundle / "layers/3/fs/new"));
    }

    /// <summary>The layers' own files, how often one that each of them replaces was replaced, the topmost one's, and a change.</summary>
    private const string CountAndWrite = "ls /many | wc -l; cat /count; cat /etc/top; touch /new; stat -c %u /new";

    private static SnapshotMount Many(ContainerFixture fixture, int count)
    {
        SnapshotMount snapshot = Layers(fixture, out _);
        var many = new List<string>();
        for (int i = 0; i < count - 2; i++)
        {
            fixture.Bundle.File($"layers/{10_000 + i}/fs/many/{i}", "");
            fixture.Bundle.File($"layers/{10_000 + i}/fs/count", $"{i + 2}\n");
            many.Insert(0, $"{10_000 + i}/fs");
        }

        return snapshot with { Lower = [.. many, .. snapshot.Lower] };
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
