using System.Diagnostics;
using Inro.Conformance.Containers;
using Inro.KernelTests.Harness;
using Inro.KernelTests.Images.Support;
using Xunit;

namespace Inro.Conformance.Images;

/// <summary><c>inro system check</c>: what is wrong is found, named and set right.</summary>
public sealed class SystemCheckTests
{
    private const string Clean = ": nothing is wrong\n";

    [KernelFact(Instance.Usual)]
    public void An_untouched_store_is_clean_whatever_was_done_with_it()
    {
        using Instance inro = Two();
        inro.Ok("run", "--rm", "--network", "none", "busybox", "sh", "-c", "rm /bin/busybox; touch /new");
        inro.Ok("create", "busybox");
        inro.Ok("tag", "busybox", "other:1");
        inro.Ok("image", "pin", "second:1");
        inro.Ok("rmi", "other:1");

        Assert.Equal("2 images, 2 layers, 6 blobs" + Clean, inro.Ok("system", "check"));
        Assert.EndsWith(Clean, inro.Ok("system", "check", "--quick"), StringComparison.Ordinal);
    }

    [KernelTheory(Instance.Usual)]
    [InlineData("echo more >> bin/busybox", "bin/busybox has ")]
    [InlineData("touch -r bin/busybox /tmp/REF; printf X | dd of=bin/busybox bs=1 seek=5000 conv=notrunc 2>/dev/null; touch -r /tmp/REF bin/busybox; rm /tmp/REF", "bin/busybox has other bytes")]
    [InlineData("chmod 4755 etc/passwd", "etc/passwd has the mode 4755, not 644")]
    [InlineData("chown 7 etc/group", "etc/group belongs to 7:0, not to 0:0")]
    [InlineData("rm etc/group", "etc/group is missing")]
    [InlineData("rm bin/ls; cp -p bin/busybox bin/ls", "bin/ls is not the same file as bin/busybox")]
    [InlineData("mkdir new; echo > new/file", "new/file is not of it")]
    [InlineData("rm -r .", "is missing")]
    public void A_layer_with_other_files_is_unpacked_again(string change, string what)
    {
        using Instance inro = Instance.WithBusybox();
        string snapshot = Assert.Single(Directory.GetDirectories(inro.Root + "/snapshots"));
        string before = Tree(inro);
        string script = change.Replace("/tmp/REF", inro.Beside("ref"), StringComparison.Ordinal);
        if (change == "rm -r .") { Directory.Delete(snapshot, recursive: true); }
        else { Tool.Run("sh", ["-c", $"cd {snapshot}/fs && {script}"], TimeSpan.FromSeconds(10)).Ok(); }

        ToolResult found = inro.Run("system", "check");
        ToolResult repaired = inro.Run("system", "check", "--repair");

        Assert.Equal(1, found.ExitCode);
        Assert.Contains(what, found.Output, StringComparison.Ordinal);
        Assert.Contains("try: inro system check --repair", found.Error, StringComparison.Ordinal);
        Assert.EndsWith(": unpacked again\n1 images, 1 layers, 3 blobs: 1 problems, 1 repaired\n", repaired.Ok().Output, StringComparison.Ordinal);
        Assert.EndsWith(Clean, inro.Ok("system", "check"), StringComparison.Ordinal);
        Assert.Equal(before, Tree(inro));
    }

    [KernelTheory(Instance.Usual)]
    [InlineData("rm etc/gone", "etc/gone is not hidden")]
    [InlineData("mknod etc/group c 0 0", "etc/group is not of it")]
    [InlineData("mkdir -p new/empty", "new/empty is not of it")]
    [InlineData("setfattr -n trusted.overlay.opaque -v y etc", "etc hides what is below it")]
    [InlineData("setfattr -x trusted.overlay.opaque opaque", "opaque does not hide what is below it")]
    [InlineData("setfattr -x trusted.overlay.opaque again", "again does not hide what is below it")]
    [InlineData("touch -d @1 etc", "etc was changed at another time")]
    public void What_a_layer_hides_and_when_its_directories_changed_is_compared_too(string change, string what)
    {
        using Instance inro = Instance.Empty();
        var image = new TestImage { Name = "docker.io/library/hiding:1" };
        image.Layer(new TarWriter().File("etc/.wh.gone", "").Directory("etc").File("etc/passwd", "").Directory("opaque").File("opaque/.wh..wh..opq", "").File(".wh.again", "").Directory("again").File(".wh..wh.plnk/x", ""));
        image.WriteLayout(inro.Beside("image.tar"));
        inro.Ok("load", "-q", "-i", inro.Beside("image.tar"));
        Assert.EndsWith(Clean, inro.Ok("system", "check"), StringComparison.Ordinal);
        string snapshot = Assert.Single(Directory.GetDirectories(inro.Root + "/snapshots"));
        Tool.Run("sh", ["-c", $"cd {snapshot}/fs && {change}"], TimeSpan.FromSeconds(10)).Ok();

        ToolResult found = inro.Run("system", "check");
        inro.Ok("system", "check", "--repair");

        Assert.Contains(what, found.Output, StringComparison.Ordinal);
        Assert.EndsWith(Clean, inro.Ok("system", "check"), StringComparison.Ordinal);
    }

    [KernelTheory(Instance.Usual | Needs.Registry | Needs.Skopeo)]
    [InlineData(true)]
    [InlineData(false)]
    public void Tampered_and_missing_blobs_are_fetched_again(bool tampered)
    {
        using var registry = new TestRegistry();
        registry.Put(TestImages.BusyboxImage(), "box:1");
        using Instance inro = Instance.Empty();
        inro.Ok("pull", "-q", registry.Host + "/box:1");
        string[] blobs = Directory.GetFiles(inro.Root + "/blobs/sha256");
        foreach (string blob in blobs)
        {
            if (tampered) { Tamper(blob); }
            else { File.Delete(blob); }
        }

        ToolResult found = inro.Run("system", "check");
        ToolResult repaired = inro.Run("system", "check", "--repair");

        Assert.Equal(1, found.ExitCode);
        Assert.Equal(blobs.Length, Count(found.Output, tampered ? "has other bytes than its digest says (of " : "is missing (of "));
        Assert.Equal(blobs.Length, Count(repaired.Ok().Output, ": fetched again\n"));
        Assert.EndsWith(Clean, inro.Ok("system", "check"), StringComparison.Ordinal);
    }

    [KernelFact(Instance.Usual)]
    public void A_tampered_blob_of_a_loaded_image_is_named_and_comes_back_with_the_next_load()
    {
        using Instance inro = Instance.WithBusybox();
        Tamper(Directory.GetFiles(inro.Root + "/blobs/sha256").MaxBy(static f => new FileInfo(f).Length)!);

        ToolResult repaired = inro.Run("system", "check", "--repair");
        inro.LoadBusybox();

        Assert.Equal(1, repaired.ExitCode);
        Assert.Contains("(of busybox:latest): the image came from no registry: load it again\n", repaired.Output, StringComparison.Ordinal);
        Assert.EndsWith(Clean, inro.Ok("system", "check"), StringComparison.Ordinal);
    }

    [KernelFact(Instance.Usual)]
    public void What_nobody_knows_is_removed()
    {
        using Instance inro = Instance.WithBusybox();
        string orphan = new('a', 64);
        File.WriteAllText($"{inro.Root}/blobs/sha256/{orphan}", "orphan");
        Directory.CreateDirectory(inro.Root + "/snapshots/77/fs");
        File.WriteAllText(inro.Root + "/index.json", """{"schemaVersion":2,"manifests":[]}""");

        ToolResult found = inro.Run("system", "check");
        string repaired = inro.Ok("system", "check", "--repair");

        Assert.Equal(1, found.ExitCode);
        Assert.Contains($"blob sha256:{orphan} belongs to no image: removed\n", repaired, StringComparison.Ordinal);
        Assert.Contains("directory snapshots/77 belongs to no layer and no container: removed\n", repaired, StringComparison.Ordinal);
        Assert.Contains("index.json names other images than the database: written anew\n", repaired, StringComparison.Ordinal);
        Assert.EndsWith(Clean, inro.Ok("system", "check"), StringComparison.Ordinal);
        Assert.Empty(inro.Leavings(layers: 1));
    }

    [KernelTheory(Instance.Usual)]
    [InlineData("lost")]
    [InlineData("damaged")]
    public void A_lost_database_is_made_anew_with_all_names_and_pins(string how)
    {
        using Instance inro = Two();
        inro.Ok("tag", "busybox", "localhost:5000/team/other:2");
        inro.Ok("image", "pin", "second:1");
        string before = inro.Ok("images", "--no-trunc", "--digests");
        File.Delete(inro.Root + "/meta.db-wal");
        File.Delete(inro.Root + "/meta.db-shm");
        if (how == "lost") { File.Delete(inro.Root + "/meta.db"); }
        else { File.WriteAllText(inro.Root + "/meta.db", new string('x', 10_000)); }

        ToolResult refused = inro.Run("image", "prune", "-a", "-f");
        ToolResult found = inro.Run("system", "check");
        string repaired = inro.Ok("system", "check", "--repair");

        Assert.Equal((1, 1), (refused.ExitCode, found.ExitCode));
        Assert.Contains("inro system check --repair", refused.Error, StringComparison.Ordinal);
        Assert.Contains("made anew: 2 images, 0 volumes\n", repaired, StringComparison.Ordinal);
        Assert.Equal(before, inro.Ok("images", "--no-trunc", "--digests"));
        Assert.EndsWith(Clean, inro.Ok("system", "check"), StringComparison.Ordinal);
        inro.Ok("image", "prune", "-a", "-f");
        Assert.Equal("second\n", inro.Ok("images", "--format", "{{.Repository}}"));
        Assert.Equal("0\n", inro.Ok("run", "--rm", "--network", "none", "second:1", "id", "-u"));
    }

    [KernelFact(Instance.Usual)]
    public void With_the_database_the_names_and_volumes_keep_and_containers_keep_their_files()
    {
        using Instance inro = Instance.WithBusybox();
        string id = inro.Ok("run", "-d", "--network", "none", "-v", "data:/data", "busybox", "sh", "-c", "echo mine > /file; echo kept > /data/file").Trim();
        inro.Ok("wait", id);
        foreach (string part in (string[])["", "-wal", "-shm"]) { File.Delete(inro.Root + "/meta.db" + part); }

        File.Delete(inro.Root + "/index.json"); // the names are gone, too
        ToolResult repaired = inro.Run("system", "check", "--repair");

        Assert.Equal(1, repaired.ExitCode); // of the container only its files are left
        Assert.Contains("made anew: 1 images, 1 volumes\n", repaired.Output, StringComparison.Ordinal);
        Assert.Contains($"container {id[..12]}: only its files are left: kept, with what it has written in ", repaired.Output, StringComparison.Ordinal);
        Assert.Equal("<none>\n", inro.Ok("images", "--format", "{{.Repository}}"));
        Assert.Equal("mine\n", File.ReadAllText(Directory.GetFiles(inro.Root + "/snapshots", "file", SearchOption.AllDirectories).Single()));
        Assert.Equal("kept\n", inro.Ok("run", "--rm", "--network", "none", "-v", "data:/data", inro.Ok("images", "-q").Trim(), "cat", "/data/file"));
        Directory.Delete($"{inro.Root}/containers/{id}", recursive: true);
        Directory.Delete($"{inro.Root}/run/containers/{id}", recursive: true);
        inro.Ok("system", "check", "--repair");
        Assert.EndsWith(Clean, inro.Ok("system", "check"), StringComparison.Ordinal);
        Assert.Empty(inro.Leavings(layers: 1));
    }

    [KernelTheory(Instance.Usual | Needs.Registry | Needs.Skopeo)]
    [InlineData("load")]
    [InlineData("pull")]
    [InlineData("rmi")]
    [InlineData("prune")]
    [InlineData("import")]
    public void A_kill_at_any_time_leaves_what_the_next_command_puts_right(string verb)
    {
        using var registry = new TestRegistry();
        registry.Put(Big("third"), "big:1");
        using Instance inro = Instance.WithBusybox();
        string archive = inro.Beside("big.tar");
        Big("second").WriteLayout(archive);
        string tar = inro.Beside("rootfs.tar");
        File.WriteAllBytes(tar, TestImages.BusyboxLayer().ToArray());
        string[] arguments = verb switch
        {
            "load" => ["load", "-q", "-i", archive],
            "pull" => ["pull", "-q", registry.Host + "/big:1"],
            "rmi" => ["rmi", "second:1"],
            "import" => ["import", tar],
            _ => ["image", "prune", "-a", "-f"],
        };
        bool needsImage = verb is "rmi" or "prune";
        if (needsImage) { inro.Ok("load", "-q", "-i", archive); }

        long began = Stopwatch.GetTimestamp();
        inro.Ok(arguments);
        double whole = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        for (int step = 0; step < 12; step++)
        {
            inro.Run("rmi", "-f", registry.Host + "/big:1", "second:1");
            if (needsImage) { inro.Ok("load", "-q", "-i", archive); }

            using (StartedInro started = inro.Start(arguments))
            {
                Thread.Sleep((int)(whole * step / 10));
                started.Kill();
            }

            inro.Ok("images", "-q");
            Assert.EndsWith(Clean, inro.Run("system", "check").Output, StringComparison.Ordinal);
        }
    }

    [KernelFact(Instance.Usual)]
    public void A_full_disk_at_any_point_of_a_load_leaves_a_clean_store()
    {
        using Instance inro = Instance.OnSmallDisk(9);
        inro.LoadBusybox();
        int failed = 0;
        for (int megabytes = 0; megabytes < 8; megabytes++)
        {
            string archive = inro.Beside("fill.tar");
            new TestImage { Name = "docker.io/library/fill:" + megabytes }
                .Layer(new TarWriter().File("filler"u8.ToArray(), new byte[(megabytes << 20) / 2 + 1], 0x1A4), LayerPacking.None).WriteLayout(archive);
            ToolResult loaded = inro.Run("load", "-q", "-i", archive);
            failed += loaded.ExitCode;
            Assert.EndsWith(Clean, inro.Ok("system", "check"), StringComparison.Ordinal);
            if (loaded.ExitCode == 0) { inro.Ok("rmi", "fill:" + megabytes); }
        }

        Assert.InRange(failed, 1, 7);
    }

    private static Instance Two()
    {
        Instance inro = Instance.WithBusybox();
        string archive = inro.Beside("second.tar");
        TestImages.BusyboxImage("docker.io/library/second:1").Layer(new TarWriter().Directory("a").File("a/file", "content").Symlink("a/link", "file").File("bin/.wh.ls", ""), LayerPacking.None).WriteLayout(archive);
        inro.Ok("load", "-q", "-i", archive);
        return inro;
    }

    private static TestImage Big(string name)
    {
        byte[] noise = new byte[4 << 20];
        new Random(1).NextBytes(noise);
        TestImage image = TestImages.BusyboxImage($"docker.io/library/{name}:1");
        for (int i = 0; i < 4; i++) { image.Layer(new TarWriter().File(TarWriter.Bytes($"{name}-noise{i}"), noise, 0x1A4), LayerPacking.None); }

        return image;
    }

    private static void Tamper(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(path, bytes);
    }

    private static string Tree(Instance inro) =>
        Tool.Run("sh", ["-c", $"cd {inro.Root}/snapshots/*/fs && find . -mindepth 1 -printf '%P %y %m %U %G %T@ %l\\n' | sort && find . -type f -exec sha256sum {{}} + | sort"], TimeSpan.FromSeconds(20)).Ok().Output;

    private static int Count(string text, string part) => text.Split(part).Length - 1;
}
