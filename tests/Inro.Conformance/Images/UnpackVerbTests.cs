using System.Text.Json.Nodes;
using Inro.Conformance.Containers;
using Inro.KernelTests.Harness;
using Inro.KernelTests.Images;
using Inro.KernelTests.Images.Support;
using Inro.Spec.Image;
using Xunit;

namespace Inro.Conformance.Images;

/// <summary><c>inro image unpack</c>: bundles, compared with umoci's and run by this runtime and by runc.</summary>
public sealed class UnpackVerbTests
{
    private const Needs Usual = Instance.Usual | Needs.Umoci;

    [KernelFact(Usual)]
    public void A_bundle_has_the_tree_that_umoci_makes()
    {
        using Instance inro = Instance.Empty();
        var image = new TestImage { Name = "odd:1" };
        image.Layer(OddLayers.Common()).Layer(Changes(), LayerPacking.Zstd);
        image.WriteLayout(inro.Beside("odd.tar"));
        var plain = new TestImage { Name = "1" };
        plain.Layer(OddLayers.Common()).Layer(Changes());
        plain.WriteDirectory(inro.Beside("layout"));
        inro.Ok("load", "-q", "-i", inro.Beside("odd.tar"));
        Tool.Run("umoci", ["unpack", "--image", inro.Beside("layout") + ":1", inro.Beside("theirs")], TimeSpan.FromSeconds(60)).Ok();

        inro.Ok("image", "unpack", "odd:1", inro.Beside("ours"));

        // directories that no entry names get the time of their making
        string[] own = ["missing", "missing/parents", "missing/parents/of", "gnu", new string('n', 200)];
        Assert.Equal(TreeList.Of(inro.Beside("theirs") + "/rootfs", own), TreeList.Of(inro.Beside("ours") + "/rootfs", own));
        Assert.Equal(["config.json", "rootfs"], Directory.GetFileSystemEntries(inro.Beside("ours")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [KernelFact(Usual)]
    public void Holes_stay_holes_and_links_of_all_kinds_stay_links()
    {
        using Instance inro = Instance.Empty();
        var tar = new TarWriter().File("a/one", "x").HardLink("b", "a/one").HardLink("a/three", "b").Symlink("l", "x").HardLink("l2", "l").Fifo("p");
        var image = new TestImage { Name = "links:1" };
        image.Layer(tar);
        string sparse = inro.Beside("sparse");
        Tool.Run("sh", ["-c", $"mkdir {sparse} && cd {sparse} && truncate -s 1G sparse && printf x >>sparse && truncate -s 3G sparse && tar --sparse -cf tar sparse"], TimeSpan.FromSeconds(30)).Ok();
        image.Layer(File.ReadAllBytes(sparse + "/tar"));
        image.WriteLayout(inro.Beside("links.tar"));
        inro.Ok("load", "-q", "-i", inro.Beside("links.tar"));
        inro.Ok("image", "unpack", "links:1", inro.Beside("bundle"));

        string there = inro.Beside("bundle") + "/rootfs/";
        Assert.Equal("3 3 3\n", Tool.Run("sh", ["-c", $"echo $(stat -c %h {there}a/one {there}b {there}a/three)"], TimeSpan.FromSeconds(10)).Ok().Output);
        Assert.Equal("2 2\n", Tool.Run("sh", ["-c", $"echo $(stat -c %h {there}l {there}l2)"], TimeSpan.FromSeconds(10)).Ok().Output);
        Assert.Equal(3L << 30, new FileInfo(there + "sparse").Length);
        Assert.InRange(long.Parse(Tool.Run("stat", ["-c", "%b", there + "sparse"], TimeSpan.FromSeconds(10)).Ok().Output, System.Globalization.CultureInfo.InvariantCulture), 1, 1024);
    }

    [KernelFact(Usual)]
    public void The_configuration_says_what_the_image_says_and_the_runtime_runs_it()
    {
        using Instance inro = Instance.Empty();
        var image = new TestImage
        {
            Name = "app:1",
            Defaults = new ContainerDefaults
            {
                User = "daemon:users", WorkingDir = "/var/tmp", Env = ["PATH=/bin", "A=b c"], Entrypoint = ["sh", "-c"], Cmd = ["id; pwd; echo $A $HOME; touch /data/x && ls /data; echo no > /etc/no"],
                Volumes = new Dictionary<string, EmptyObject> { ["/data"] = new() }, Labels = new Dictionary<string, string> { ["who"] = "me" }, StopSignal = "SIGINT",
                ExposedPorts = new Dictionary<string, EmptyObject> { ["80/tcp"] = new(), ["53/udp"] = new() },
            },
        }.Layer(TestImages.BusyboxLayer().Directory("data", mode: 0x1FF).File("data/there", ""));
        image.WriteLayout(inro.Beside("app.tar"));
        inro.Ok("load", "-q", "-i", inro.Beside("app.tar"));

        inro.Ok("image", "unpack", "app:1", inro.Beside("bundle"));
        string path = inro.Beside("bundle") + "/config.json";
        JsonNode config = JsonNode.Parse(File.ReadAllText(path))!;
        config["process"]!["terminal"] = false;
        File.WriteAllText(path, config.ToJsonString());
        ToolResult ran = Tool.Run(InroProcess.Binary, ["oci", "--root", inro.Beside("state"), "run", "--bundle", inro.Beside("bundle"), "unpacked" + Guid.NewGuid().ToString("N")], TimeSpan.FromSeconds(30));

        Assert.Equal("uid=1(daemon) gid=100(users)\n/var/tmp\nb c /usr/sbin\nthere\nx\n", ran.Output);
        Assert.Contains("/etc/no", ran.Error, StringComparison.Ordinal);
        JsonNode words = config["annotations"]!;
        Assert.Equal(["53/udp,80/tcp", "SIGINT", "linux", "me"], ((string[])["org.opencontainers.image.exposedPorts", "org.opencontainers.image.stopSignal", "org.opencontainers.image.os", "who"]).Select(n => (string?)words[n]));
        Assert.False(((bool?)config["root"]!["readonly"]) ?? false);
    }

    [KernelFact(OrdinaryUser.Usual)]
    public void An_ordinary_users_bundle_has_the_images_ids_and_runs_for_the_user()
    {
        var image = new TestImage { Name = "app:1", Defaults = new ContainerDefaults { Cmd = ["sh", "-c", "stat -c '%u %g' /own; id -u"] } };
        using OrdinaryUser user = OrdinaryUser.WithImage(image.Layer(TestImages.BusyboxLayer().File("own", "", uid: 33, gid: 44)));
        string bundle = user.Home + "/bundle";

        user.Ok("image", "unpack", "app:1", bundle);
        string path = bundle + "/config.json";
        JsonNode config = JsonNode.Parse(File.ReadAllText(path))!;
        config["process"]!["terminal"] = false;
        File.WriteAllText(path, config.ToJsonString());
        ToolResult ran = user.RunOther(user.OciProgram, "run", "--bundle", bundle, "unpacked");

        Assert.Equal("33 44\n0\n", ran.Ok().Output);
        Assert.Equal($"{user.FirstOwnId + 32}\n", Tool.Run("stat", ["-c", "%u", bundle + "/rootfs/own"], TimeSpan.FromSeconds(10)).Ok().Output);
    }

    [KernelFact(Usual)]
    public void Only_an_absent_or_empty_directory_is_filled_and_a_failure_leaves_nothing()
    {
        using Instance inro = Instance.WithBusybox();
        string beside = Path.GetDirectoryName(inro.Beside("x"))!;
        Directory.CreateDirectory(inro.Beside("empty"));
        Directory.CreateDirectory(inro.Beside("full") + "/something");
        File.WriteAllText(inro.Beside("file"), "");
        var wrong = new TestImage { Name = "wrong:1", Defaults = new ContainerDefaults { User = "nobody-knows" } };
        wrong.Layer(new TarWriter().File("a", "b")).WriteLayout(inro.Beside("wrong.tar"));
        inro.Ok("load", "-q", "-i", inro.Beside("wrong.tar"));

        inro.Ok("image", "unpack", "busybox", inro.Beside("empty"));
        ToolResult full = inro.Run("image", "unpack", "busybox", inro.Beside("full"));
        ToolResult file = inro.Run("image", "unpack", "busybox", inro.Beside("file"));
        ToolResult user = inro.Run("image", "unpack", "wrong:1", inro.Beside("absent"));
        ToolResult nowhere = inro.Run("image", "unpack", "busybox", inro.Beside("no/where"));
        ToolResult unknown = inro.Run("image", "unpack", "nosuch", inro.Beside("absent"));

        Assert.True(File.Exists(inro.Beside("empty") + "/rootfs/bin/busybox"));
        Assert.All((ToolResult[])[full, file], static r => Assert.Contains("no empty directory", r.Error, StringComparison.Ordinal));
        Assert.Contains("unable to find user nobody-knows", user.Error, StringComparison.Ordinal);
        Assert.Equal((1, 1), (nowhere.ExitCode, unknown.ExitCode));
        Assert.False(Path.Exists(inro.Beside("absent")));
        Assert.Empty(Directory.GetFileSystemEntries(beside, ".inro*"));
    }

    /// <summary>A layer that hides, replaces and adds.</summary>
    private static TarWriter Changes() => new TarWriter()
        .File("usr/bin/.wh.group-tool", "")
        .File("private/.wh..wh..opq", "")
        .Directory("private", mode: 0x1C0, uid: 1000, gid: 1001)
        .File("private/new", "n")
        .File(".wh.replaced-directory", "")
        .File("tool3", "no longer a link")
        .Directory("shared", mode: 0x5FD, gid: 51)
        .File("shared/.wh.in-setgid", "")
        .File("old", "younger", mtime: 1_600_000_001)
        .File("tmp/only-a-file", "in a directory that this layer does not name");
}
