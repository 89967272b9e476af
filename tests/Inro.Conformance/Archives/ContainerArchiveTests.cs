using System.Text.Json;
using Inro.Conformance.Containers;
using Inro.Conformance.Storage;
using Inro.KernelTests.Harness;
using Inro.KernelTests.Images.Support;
using Xunit;

namespace Inro.Conformance.Archives;

/// <summary><c>inro diff</c>, <c>export</c>, <c>commit</c> and <c>cp</c> with every kind of snapshot, as root and as an ordinary user.</summary>
public sealed class ContainerArchiveTests
{
    private const string Changes = """
        mkdir /added && echo one >/added/a && ln /added/a /added/b && touch -d '2001-02-03 04:05:06' /added/a && chown 5:6 /added/a && chmod 4750 /added/a
        echo more >>/etc/group && rm /etc/gone && rm -r /full && mkdir /full && echo new >/full/new && ln -s /etc/group /link && mkfifo /fifo
        echo v >/mounted/deep/volume/file; chmod 700 /plain; rm -r /away; rm -r /kind; echo file >/kind; touch /ready
        exec sleep 1000
        """;

    private static readonly string[] Expected =
    [
        "A /added", "A /added/a", "A /added/b", "D /away", "C /etc", "D /etc/gone", "C /etc/group", "A /fifo", "C /full", "A /full/new", "D /full/old", "C /kind", "A /link", "C /plain", "A /ready",
    ];

    [KernelTheory(OrdinaryUser.Usual | Needs.FuseOverlay)]
    [InlineData(true, "overlay")]
    [InlineData(false, "overlay")]
    [InlineData(true, "fuse-overlayfs")]
    [InlineData(false, "fuse-overlayfs")]
    [InlineData(true, "vfs")]
    [InlineData(false, "vfs")]
    public void What_a_container_has_changed_is_told_exported_and_made_an_image(bool isRoot, string driver)
    {
        using StorageOwner owner = Owner(isRoot, driver);
        owner.Ok("run", "-d", "--name", "web", "-v", "data:/mounted/deep/volume", "--tmpfs", "/memory", "-e", "NAME=value", "-l", "own=label", "box", "sh", "-c", Changes);
        Instance.WaitFor(() => owner.Run("exec", "web", "test", "-e", "/ready").ExitCode == 0, "the changes are not made");

        string running = owner.Ok("diff", "web");
        string image = owner.Ok("commit", "-a", "me", "-m", "words", "-c", "CMD [\"cat\",\"/added/a\"]", "-c", "ENV MORE=$NAME.more", "web", "made:1").TrimEnd('\n');
        string squashed = owner.Ok("commit", "-s", "--pause=false", "web", "made:squashed").TrimEnd('\n');
        string status = owner.Ok("inspect", "-f", "{{.State.Status}}", "web").TrimEnd('\n');
        owner.Ok("stop", "-t", "0", "web");
        string stopped = owner.Ok("diff", "web");
        byte[] archive = owner.Run("export", "web").Ok().OutputBytes;

        Assert.Equal(string.Join('\n', Expected) + "\n", running);
        Assert.Equal(running, stopped);
        Assert.Equal("running", status);
        Assert.Matches("^sha256:[0-9a-f]{64}$", image);
        AssertExported(archive);
        Assert.Equal("one\n", owner.Ok("run", "--rm", "made:1"));
        foreach (string name in (string[])["made:1", "made:squashed"])
        {
            string seen = owner.Ok("run", "--rm", name, "sh", "-c",
                "stat -c '%a %u:%g %h %Y' /added/b; ls -A /full; ls /away /etc/gone /mounted/deep /memory 2>/dev/null; tail -n1 /etc/group; cat /kind; readlink /link; stat -c '%a %F' /plain /fifo; echo $NAME $MORE");
            Assert.Equal($"4750 5:6 2 981173106\nnew\nmore\nfile\n/etc/group\n700 directory\n644 fifo\nvalue{(name == "made:1" ? " value.more" : "")}\n", seen);
        }

        using JsonDocument document = JsonDocument.Parse(owner.Ok("inspect", "made:1"));
        JsonElement made = document.RootElement[0];
        Assert.Equal(("me", "words", 3), (made.GetProperty("Author").GetString(), made.GetProperty("Comment").GetString(), made.GetProperty("RootFS").GetProperty("Layers").GetArrayLength()));
        Assert.Equal("label", made.GetProperty("Config").GetProperty("Labels").GetProperty("own").GetString());
        Assert.Equal(1, JsonDocument.Parse(owner.Ok("inspect", squashed)).RootElement[0].GetProperty("RootFS").GetProperty("Layers").GetArrayLength());
        owner.Ok("rm", "-f", "web");
    }

    [KernelTheory(OrdinaryUser.Usual | Needs.FuseOverlay)]
    [InlineData(false, "overlay")]
    [InlineData(true, "fuse-overlayfs")]
    [InlineData(false, "fuse-overlayfs")]
    [InlineData(true, "vfs")]
    [InlineData(false, "vfs")]
    public void Files_are_copied_both_ways_whether_it_runs_or_not(bool isRoot, string driver)
    {
        using StorageOwner owner = Owner(isRoot, driver);
        owner.Ok("create", "--name", "web", "-v", "data:/data", "box", "sleep", "1000");
        byte[] tar = new TarWriter().Directory("dir").File("dir/file", "text").ToArray();

        foreach (string state in (string[])["created", "running", "stopped"])
        {
            if (state == "running") { owner.Ok("start", "web"); }

            if (state == "stopped") { owner.Ok("stop", "-t", "0", "web"); }

            owner.Feed(tar, "cp", "-", "web:/data").Ok();
            Assert.Contains("must be a directory", owner.Feed(tar, "cp", "-", "web:/added" + state).Error, StringComparison.Ordinal);
            owner.Feed(tar, "cp", "-", "web:/plain").Ok();
            Assert.NotEmpty(owner.Run("cp", "web:/data/dir", "-").Ok().OutputBytes);
            Assert.NotEmpty(owner.Run("cp", "web:/plain/dir/file", "-").Ok().OutputBytes);
        }

        owner.Ok("start", "web");
        Assert.Equal("texttext", owner.Ok("exec", "web", "cat", "/data/dir/file", "/plain/dir/file"));
        owner.Ok("rm", "-f", "web");
    }

    [KernelFact(Instance.Usual)]
    public void A_container_that_nothing_was_done_in_differs_in_nothing_and_its_image_has_no_further_layer()
    {
        using Instance inro = Instance.WithBusybox();
        inro.Ok("run", "-d", "--name", "web", "-v", "data:/new/place", "--tmpfs", "/mem", "--userns=auto", "busybox", "sleep", "1000");

        string id = inro.Ok("commit", "-c", "ENTRYPOINT [\"echo\"]", "web").TrimEnd('\n');

        Assert.Empty(inro.Ok("diff", "web"));
        Assert.Equal("{}\n", inro.Ok("diff", "--format", "json", "web"));
        Assert.Equal("words\n", inro.Ok("run", "--rm", id, "words"));
        Assert.DoesNotContain("\"Cmd\"", inro.Ok("inspect", id), StringComparison.Ordinal); // the new entry point took it away
    }

    [KernelFact(Instance.Usual)]
    public void Ids_of_a_user_namespace_and_attributes_are_the_images_in_an_export()
    {
        using Instance inro = Instance.WithBusybox();
        inro.Ok("run", "-d", "--name", "web", "--userns=auto", "busybox", "sh", "-c", "touch /f && chown 12:34 /f && mkdir /s && dd if=/dev/zero of=/s/sparse bs=1 count=1 seek=1000000 2>/dev/null && touch /ready; exec sleep 1000");
        Instance.WaitFor(() => inro.Run("exec", "web", "test", "-e", "/ready").ExitCode == 0, "not ready");

        inro.Ok("export", "-o", inro.Beside("web.tar"), "web");
        string listed = Tool.Run("tar", ["-tv", "--numeric-owner", "-f", inro.Beside("web.tar")], TimeSpan.FromSeconds(10)).Ok().Output;

        Assert.Matches("12/34 +0 .* f\n", listed);
        Assert.Contains("1000001", listed, StringComparison.Ordinal);
        ToolResult again = inro.Run("export", "-o", inro.Beside("no/such/web.tar"), "web");
        Assert.Equal(1, again.ExitCode);
        Assert.Contains("No such container: nosuch", inro.Run("export", "nosuch").Error, StringComparison.Ordinal);
    }

    [KernelFact(Instance.Usual)]
    public void A_killed_commit_leaves_no_image_and_lets_the_container_go_on()
    {
        using Instance inro = Instance.WithBusybox();
        inro.Ok("run", "-d", "--name", "web", "busybox", "sh", "-c", "dd if=/dev/urandom of=/big bs=1M count=60 2>/dev/null; touch /ready; exec sleep 1000");
        Instance.WaitFor(() => inro.Run("exec", "web", "test", "-e", "/ready").ExitCode == 0, "not ready");
        int before = inro.Ok("images", "-a", "-q").Split('\n').Length;
        string frozen = $"{inro.Root}/run/locks/frozen-{inro.OnlyContainer()}";
        bool wasPaused = false;
        for (int i = 1; i <= 8; i++)
        {
            using StartedInro victim = inro.Start("commit", "web", "made");
            Thread.Sleep(25 * i);
            victim.Kill();
            wasPaused |= File.Exists(frozen);
            Instance.WaitFor(() => inro.Ok("inspect", "-f", "{{.State.Status}}", "web") == "running\n", "it stays paused");
            Assert.InRange(inro.Ok("images", "-a", "-q").Split('\n').Length, before, before + i);
        }

        Assert.True(wasPaused, "every kill came too early or too late: nothing was tested");
        inro.Ok("commit", "web", "whole");
        Assert.Equal("62914560\n", inro.Ok("run", "--rm", "whole", "stat", "-c", "%s", "/big"));
    }

    private static void AssertExported(byte[] archive)
    {
        using var directory = TempDir.Create();
        File.WriteAllBytes(directory / "web.tar", archive);
        string listed = Tool.Run("tar", ["-tv", "--numeric-owner", "-f", directory / "web.tar"], TimeSpan.FromSeconds(10)).Ok().Output;
        Assert.Contains("added/b link to added/a", listed, StringComparison.Ordinal);
        Assert.Contains("-rwsr-x--- 5/6", listed, StringComparison.Ordinal);
        Assert.Contains("link -> /etc/group", listed, StringComparison.Ordinal);
        Assert.Contains(" mounted/deep/volume/\n", listed, StringComparison.Ordinal);
        Assert.DoesNotContain("volume/file", listed, StringComparison.Ordinal);
        Assert.DoesNotContain("etc/gone", listed, StringComparison.Ordinal);
        Assert.DoesNotContain("full/old", listed, StringComparison.Ordinal);
        Assert.DoesNotContain(".wh.", listed, StringComparison.Ordinal);
    }

    private static StorageOwner Owner(bool isRoot, string driver)
    {
        var owner = new StorageOwner(isRoot, driver);
        try
        {
            TestImage image = TestImages.BusyboxImage();
            owner.Load(image);
            string from = owner.Ok("images", "--format", "{{.Repository}}").Split('\n')[0];
            owner.Ok("create", "--name", "base", from, "sh");
            byte[] tar = new TarWriter().Directory("full").File("full/old", "old").Directory("plain").Directory("away").File("away/x", "").Directory("kind").File("etc/gone", "").ToArray();
            owner.Feed(tar, "cp", "-", "base:/").Ok();
            owner.Ok("commit", "base", "box");
            owner.Ok("rm", "base");
            return owner;
        }
        catch
        {
            owner.Dispose();
            throw;
        }
    }
}
