using Inro.KernelTests.Harness;
using Inro.KernelTests.Images.Support;
using Xunit;

namespace Inro.Conformance.Containers;

/// <summary>Images with more layers than one string of the kernel's holds.</summary>
public sealed class ManyLayersTests
{
    private const int Layers = 120;

    [KernelTheory(Instance.Usual)]
    [InlineData("host")]
    [InlineData("auto")]
    public void An_image_of_a_hundred_and_twenty_layers_runs(string users)
    {
        Assert.SkipWhen(users == "auto" && Machine.WhyNot(Needs.UserNamespaces | Needs.IdmappedOverlay) is not null, "needs overlayfs over idmapped layers");
        using Instance inro = Instance.WithBusybox();
        using TempDir directory = TempDir.Create();
        TestImage image = TestImages.BusyboxImage("docker.io/library/many:latest");
        for (int i = 1; i < Layers; i++) { image.Layer(new TarWriter().File($"many{i}", "").File("last", $"{i}\n"), LayerPacking.None); }

        image.WriteLayout(directory / "many.tar");
        inro.Ok("load", "-i", directory / "many.tar");

        Assert.Equal("119\n119\n0\n", inro.Ok("run", "--rm", "--userns", users, "many", "sh", "-c", "ls -d /many* | wc -l; cat /last; touch /new; stat -c %u /new"));
    }
}
