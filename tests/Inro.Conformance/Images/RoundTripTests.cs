using Inro.Conformance.Images.Peers;
using Inro.KernelTests.Harness;
using Inro.KernelTests.Images;
using Inro.KernelTests.Images.Support;
using Xunit;

namespace Inro.Conformance.Images;

/// <summary>One image with everything odd in it goes to a registry and comes back, by this program and by others: everybody shows the same tree.</summary>
public sealed class RoundTripTests
{
    private const Needs Usual = Containers.Instance.Usual | Needs.Registry | Needs.Skopeo | Needs.Umoci | Needs.Podman | Needs.Buildah | Needs.Zstd;

    /// <summary>The root directory's time: others leave that of the last change to it.</summary>
    private const string Untold = ".";

    [KernelTheory(Usual)]
    [InlineData("skopeo")]
    [InlineData("umoci")]
    [InlineData("podman")]
    [InlineData("buildah")]
    public void What_this_program_gives_a_registry_others_show_as_it_is(string other)
    {
        using var world = new World(new TestRegistry());
        OddImage.Make().WriteDirectory(world.Directory("layout"));
        string right = TreeList.OfAll(Unpacked(world), Untold);
        ImagePeer peer = ImagePeer.Make(other, world.Directory("theirs"));

        ImagePeer.Make("inro", world.Directory("ours")).Push(world.Directory("layout"), world.Line, "odd:1");

        Assert.Equal(peer.Shown(right), TreeList.OfAll(peer.Pull(world.Line, "odd:1"), Untold));
    }

    [KernelTheory(Usual)]
    [InlineData("inro")]
    [InlineData("skopeo")]
    [InlineData("umoci")]
    [InlineData("podman")]
    [InlineData("buildah")]
    public void What_others_give_a_registry_this_program_shows_as_it_was(string other)
    {
        using var world = new World(new TestRegistry());
        ImagePeer peer = ImagePeer.Make(other, world.Directory("theirs"));
        OddImage.Make(peer.GivesHoles).WriteDirectory(world.Directory("layout"));
        string right = TreeList.OfAll(Unpacked(world), Untold);

        peer.Push(world.Directory("layout"), world.Line, "odd:1");

        string came = TreeList.OfAll(ImagePeer.Make("inro", world.Directory("ours")).Pull(world.Line, "odd:1"), Untold);
        Assert.Equal(peer.Given(right), came);
    }

    [KernelTheory(Usual)]
    [InlineData("skopeo")]
    [InlineData("umoci")]
    [InlineData("podman")]
    [InlineData("buildah")]
    public void Over_a_safe_line_and_with_a_password_it_is_the_same_both_ways(string other)
    {
        using var world = new World(new TestRegistry(user: ("me", "secret"), isSafe: true), "me:secret");
        new TestImage { Name = "image" }.Layer(new TarWriter().Directory(".")).Layer(OddLayers.Unique()).Layer(new TarWriter().File(".wh.old", "").File("new", "n"), LayerPacking.Zstd).WriteDirectory(world.Directory("layout"));
        ImagePeer inro = ImagePeer.Make("inro", world.Directory("ours"));
        ImagePeer peer = ImagePeer.Make(other, world.Directory("theirs"));
        string[] untold = [Untold, "missing", "missing/parents", "missing/parents/of", "gnu", new string('n', 200)]; // directories without an entry

        string right = TreeList.OfAll(Unpacked(world), untold);
        inro.Push(world.Directory("layout"), world.Line, "from-us:1");
        peer.Push(world.Directory("layout"), world.Line, "from-them:1");

        string theirs = TreeList.OfAll(peer.Pull(world.Line, "from-us:1"), untold);
        Assert.Equal(right, TreeList.OfAll(inro.Pull(world.Line, "from-us:1"), untold));
        Assert.Equal(peer.Shown(right), theirs);
        Assert.Equal(peer.Given(right), TreeList.OfAll(ImagePeer.Make("inro", world.Directory("again")).Pull(world.Line, "from-them:1"), untold));
    }

    /// <summary>The tree without any registry, as this program unpacks it.</summary>
    private static string Unpacked(World world)
    {
        string root = world.Directory("unpacked");
        InroProcess.Run(["--root", root + "/inro", "image", "copy", "-q", $"oci:{world.Directory("layout")}:image", "inro:image:1"]).Ok();
        InroProcess.Run(["--root", root + "/inro", "image", "unpack", "image:1", root + "/bundle"]).Ok();
        return root + "/bundle/rootfs";
    }

    /// <summary>A registry and places for those who use it; what one of them leaves behind fails the test.</summary>
    private sealed class World : IDisposable
    {
        private readonly LeakCheck leaks = LeakCheck.Begin();
        private readonly TempDir directory = TempDir.Create();
        private readonly TestRegistry registry;

        public World(TestRegistry registry, string? credentials = null)
        {
            this.registry = registry;
            if (registry.IsSafe) { File.Copy(registry.Authority, Path.Combine(Directory("certificates"), "ca.crt")); }

            Line = new RegistryLine(registry.Host, credentials, registry.IsSafe ? Directory("certificates") : null);
        }

        public RegistryLine Line { get; }

        public string Directory(string name) => directory.Dir(name);

        public void Dispose()
        {
            registry.Dispose();
            try { leaks.Dispose(); }
            finally { directory.Dispose(); }
        }
    }
}
