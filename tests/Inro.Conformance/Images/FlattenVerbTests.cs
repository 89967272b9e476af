using Inro.Conformance.Containers;
using Inro.KernelTests.Harness;
using Inro.KernelTests.Images.Support;
using Xunit;

namespace Inro.Conformance.Images;

/// <summary><c>inro image flatten</c>, and images that have more layers than one overlay takes.</summary>
public sealed class FlattenVerbTests
{
    private const string Look = "cat /kept /changed; test -e /gone || echo gone; ls /many | wc -l";

    [KernelFact(Instance.Usual)]
    public void An_image_of_one_layer_shows_what_the_many_showed()
    {
        using Instance instance = WithMany(10);

        string id = instance.Ok("image", "flatten", "many", "flat").Trim();

        Assert.Equal(instance.Ok("run", "--rm", "--network", "none", "many", "sh", "-c", Look), instance.Ok("run", "--rm", "--network", "none", "flat", "sh", "-c", Look));
        Assert.Equal("1\n", instance.Ok("image", "inspect", "--format", "{{len .RootFS.Layers}}", "flat"));
        Assert.Equal(id, instance.Ok("image", "flatten", "many").Trim()); // the same each time
        Assert.Equal("ok\n", instance.Ok("run", "--rm", "--network", "none", "flat"));
    }

    [KernelFact(Instance.Usual)]
    public void More_layers_than_one_overlay_takes_run_as_they_are()
    {
        using Instance instance = WithMany(620);

        Assert.Equal("kept\n619\ngone\n619\n", instance.Ok("run", "--rm", "--network", "none", "many", "sh", "-c", Look));
    }

    private static Instance WithMany(int count) => Instance.With(made =>
    {
        using TempDir input = TempDir.Create();
        Many(count).WriteLayout(input / "many.tar");
        made.Ok("load", "-i", input / "many.tar");
    });

    private static TestImage Many(int count)
    {
        var image = new TestImage { Name = "docker.io/library/many:latest", Defaults = new() { Env = ["PATH=/bin"], Cmd = ["echo", "ok"] } };
        image.Layer(TestImages.BusyboxLayer().File("kept", "kept\n").File("gone", "still here\n"));
        for (int i = 1; i < count; i++)
        {
            TarWriter layer = new TarWriter().File($"many/{i}", "").File("changed", $"{i}\n");
            image.Layer(i == 1 ? layer.File(".wh.gone", "") : layer, LayerPacking.None);
        }

        return image;
    }
}
