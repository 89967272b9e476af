using Inro.KernelTests.Harness;
using Inro.KernelTests.Images;
using Inro.KernelTests.Images.Support;
using Inro.Spec.Image;

namespace Inro.Conformance.Images;

/// <summary>An image that tests can count on, made of what the machine has; the same each time.</summary>
/// <param name="Name">Repository and tag.</param>
/// <param name="Make">Makes it.</param>
/// <param name="Command">What is run in it; empty: its own command.</param>
/// <param name="Prints">What that prints; null: nothing in it can be run.</param>
internal sealed record KnownImage(string Name, Func<TestImage> Make, string[] Command, string? Prints);

/// <summary>All of them. Odd ones that are to be refused, and those too big for each day, are made where they are tested: <see cref="KnownImagesTests"/>.</summary>
internal static class KnownImages
{
    private const string HelloSource = """
        #include <stdio.h>
        int main(void) { puts("Hello from a static program"); return 0; }
        """;

    private static readonly Lazy<TarWriter> Hello = new(static () => HelloLayer());
    private static readonly Lazy<TarWriter> Server = new(static () => OverlayUpper.Layer(Base(), "mkdir -p etc/web var/www && echo served >var/www/index && rm etc/os-release && rm -r home && mkdir home && echo new >home/only"));
    private static readonly Lazy<TarWriter> Interpreter = new(static () => OverlayUpper.Layer(Base(), "mkdir -p usr/lib/words && echo interpreted >usr/lib/words/a && rm -r home/user && mv etc/group etc/groups && chmod 700 root"));

    public static IReadOnlyList<KnownImage> All { get; } =
    [
        new("busybox:latest", static () => Of(TestImages.BusyboxLayer()), ["echo", "here"], "here\n"),
        new("alpine:3.18", static () => Alpine("3.18"), ["cat", "/etc/alpine-release"], "3.18\n"),
        new("alpine:3.19", static () => Alpine("3.19"), ["cat", "/etc/alpine-release"], "3.19\n"),
        new("alpine:latest", static () => Alpine("edge"), ["cat", "/etc/alpine-release"], "edge\n"),
        new("hello-world:latest", static () => new TestImage { Name = "image", Defaults = new ContainerDefaults { Cmd = ["/hello"] } }.Layer(Hello.Value), [], "Hello from a static program\n"),
        new("server:1", static () => Of(Base()).Layer(Server.Value), ["sh", "-c", "cat /var/www/index; ls -A /home; ls /etc/os-release 2>/dev/null || echo gone"], "served\nonly\ngone\n"),
        new("interpreter:1", static () => Of(Base()).Layer(Interpreter.Value, LayerPacking.Zstd), ["sh", "-c", "cat /usr/lib/words/a; ls -A /home; ls /etc/group*; stat -c %a /root"], "interpreted\n/etc/groups\n700\n"),
        new("forty-layers:1", static () => Forty(), ["sh", "-c", "cat /newest; ls /layers | wc -l"], "layer 39\n39\n"),
        new("odd:1", static () => OddImage.Make(), [], null),
    ];

    /// <summary>What the server and the interpreter stand on.</summary>
    private static TarWriter Base() => TestImages.BusyboxLayer().Directory("home/user").File("home/user/profile", "umask 022\n");

    private static TestImage Of(TarWriter layer) => new TestImage { Name = "image" }.Layer(layer);

    private static TestImage Alpine(string release) =>
        Of(TestImages.BusyboxLayer().File("etc/alpine-release", release + "\n").File("etc/os-release", $"NAME=\"Alpine Linux\"\nID=alpine\nVERSION_ID={release}\n"));

    private static TestImage Forty()
    {
        TestImage image = Of(TestImages.BusyboxLayer());
        for (int i = 1; i < OddImage.Layers; i++) { image.Layer(new TarWriter().File("newest", $"layer {i}\n").Directory("layers").File($"layers/{i}", ""), (LayerPacking)(i % 3)); }

        return image;
    }

    private static TarWriter HelloLayer()
    {
        using TempDir work = TempDir.Create();
        Tool.Run("gcc", ["-static", "-Os", "-s", "-x", "c", "-o", work / "hello", "-"], TimeSpan.FromSeconds(60), new ToolOptions { Input = TarWriter.Bytes(HelloSource) }).Ok();
        return new TarWriter().File("hello"u8.ToArray(), File.ReadAllBytes(work / "hello"), mode: 0x1ED);
    }
}
