using Inro.Conformance.Containers;
using Inro.KernelTests.Harness;
using Inro.KernelTests.Images.Support;
using Xunit;

namespace Inro.Conformance.Images;

/// <summary>Garbage collection by a configured policy.</summary>
public sealed class ImagePolicyTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [KernelFact(Instance.Usual)]
    public void After_a_load_the_longest_unused_images_go_and_those_that_are_needed_stay()
    {
        using Instance inro = Instance.WithBusybox();
        inro.Ok("create", "busybox");
        foreach (string name in (string[])["one:1", "two:1", "three:1"]) { Load(inro, name, config: null).Ok(); }

        inro.Ok("image", "pin", "one:1");
        string config = inro.Beside("config.toml");
        File.WriteAllText(config, "[image-gc]\nkeep-storage = \"1k\"\n");

        ToolResult loaded = Load(inro, "four:1", config);

        Assert.Equal("Loaded image: four:1\n", loaded.Ok().Output);
        Assert.StartsWith("image policy: removed two:1\nimage policy: removed three:1\nimage policy: ", loaded.Error, StringComparison.Ordinal);
        Assert.Equal(["busybox", "four", "one"], inro.Ok("images", "--format", "{{.Repository}}").Split('\n', StringSplitOptions.RemoveEmptyEntries).Order());
    }

    [KernelFact(Instance.Usual)]
    public void By_hand_it_says_what_would_go_and_takes_it()
    {
        using Instance inro = Instance.WithBusybox();
        string config = inro.Beside("config.toml");
        File.WriteAllText(config, "[image-gc]\nkeep-for = \"0s\"\n");

        ToolResult dry = Run(inro, config, "image", "prune", "--policy", "--dry-run");
        ToolResult real = Run(inro, config, "image", "prune", "--policy");
        ToolResult without = Run(inro, "", "image", "prune", "--policy");

        Assert.StartsWith("Would Delete Images:\nuntagged: busybox:latest\n", dry.Ok().Output, StringComparison.Ordinal);
        Assert.StartsWith("Deleted Images:\nuntagged: busybox:latest\n", real.Ok().Output, StringComparison.Ordinal);
        Assert.Empty(inro.Ok("images", "-q"));
        Assert.Equal(1, without.ExitCode);
        Assert.Contains("no policy is configured", without.Error, StringComparison.Ordinal);
    }

    [KernelFact(Instance.Usual)]
    public void A_low_disk_makes_room()
    {
        using Instance inro = Instance.OnSmallDisk(16);
        inro.LoadBusybox();
        string config = inro.Beside("config.toml");
        File.WriteAllText(config, "[image-gc]\nmin-free = \"9m\"\n"); // the database, its reserve and one image leave that much, two do not

        ToolResult loaded = Load(inro, "second:1", config, new string('x', 3 << 20));

        Assert.Contains("removed busybox:latest", loaded.Ok().Error, StringComparison.Ordinal);
        Assert.Equal("second\n", inro.Ok("images", "--format", "{{.Repository}}"));
    }

    [KernelFact(Instance.Usual)]
    public void A_disk_that_is_full_on_the_way_makes_room_where_some_is_to_stay_free()
    {
        using Instance inro = Instance.OnSmallDisk(16);
        inro.LoadBusybox();
        string config = inro.Beside("config.toml");
        File.WriteAllText(config, "[image-gc]\nmin-free = \"64k\"\n");
        string large = new('x', 5 << 20); // twice this much, and the first image beside it, are too large

        ToolResult first = Load(inro, "first:1", config: null, new string('y', 3 << 19));
        ToolResult without = Load(inro, "second:1", config: null, large);
        ToolResult with = Load(inro, "second:1", config, large);

        first.Ok();
        Assert.Equal(1, without.ExitCode);
        Assert.Matches("about [0-9.]+[kM]B are missing: the image needs [0-9.]+MB more, [0-9.]+[kM]B are free", without.Error);
        Assert.Contains("image policy: removed ", with.Ok().Error, StringComparison.Ordinal);
        Assert.Contains("second\n", inro.Ok("images", "--format", "{{.Repository}}"), StringComparison.Ordinal);
        Assert.EndsWith(": nothing is wrong\n", inro.Ok("system", "check"), StringComparison.Ordinal);
    }

    [KernelFact(Instance.Usual)]
    public void A_policy_that_cannot_be_read_does_not_fail_the_load()
    {
        using Instance inro = Instance.WithBusybox();
        string config = inro.Beside("config.toml");
        File.WriteAllText(config, "[image-gc]\nkeep-for = \"soon\"\n");

        ToolResult loaded = Load(inro, "second:1", config);

        Assert.Equal("Loaded image: second:1\n", loaded.Ok().Output);
        Assert.Contains("the image policy was not applied", loaded.Error, StringComparison.Ordinal);
    }

    private static ToolResult Load(Instance inro, string name, string? config, string content = "content")
    {
        string path = inro.Beside("image.tar");
        new TestImage { Name = "docker.io/library/" + name }.Layer(new TarWriter().File("added", name + content), LayerPacking.None).WriteLayout(path);
        return Run(inro, config ?? "", "load", "-i", path);
    }

    private static ToolResult Run(Instance inro, string config, params string[] arguments) =>
        Tool.Run(InroProcess.Binary, ["--root", inro.Root, .. arguments], Deadline, new ToolOptions { Environment = new Dictionary<string, string> { ["INRO_CONFIG"] = config } });
}
