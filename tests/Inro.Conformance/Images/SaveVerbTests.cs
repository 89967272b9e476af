using System.Formats.Tar;
using System.Text.Json;
using Inro.Conformance.Containers;
using Inro.KernelTests.Harness;
using Xunit;

namespace Inro.Conformance.Images;

/// <summary><c>inro save</c>, read back by itself and by other programs.</summary>
public sealed class SaveVerbTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [KernelTheory(Instance.Usual | Needs.Zstd)]
    [InlineData("file")]
    [InlineData("stdin")]
    [InlineData("gzip")]
    [InlineData("zstd")]
    public void An_image_survives_a_round_trip_to_the_digest(string form)
    {
        using Instance inro = Instance.WithBusybox();
        inro.Ok("tag", "busybox", "other:2");
        string archive = inro.Beside("saved.tar");
        inro.Ok("image", "save", "-o", archive, "busybox", "other:2");
        const string Fields = "{{.Repository}}:{{.Tag}} {{.Digest}} {{.ID}}";
        string before = inro.Ok("images", "--no-trunc", "--format", Fields);
        inro.Ok("rmi", "busybox", "other:2");
        if (form is "gzip" or "zstd") { Tool.Run(form, ["-f", "-q", archive, form == "zstd" ? "-o" : "-k", .. form == "zstd" ? (string[])[archive + ".zst"] : []], Deadline).Ok(); }

        ToolResult loaded = form switch
        {
            "stdin" => InroProcess.Run(["--root", inro.Root, "load"], File.ReadAllBytes(archive), Deadline),
            "gzip" => inro.Run("load", "-i", archive + ".gz"),
            "zstd" => inro.Run("load", "-i", archive + ".zst"),
            _ => inro.Run("load", "-i", archive),
        };

        Assert.Equal("Loaded image: busybox:latest\nLoaded image: other:2\n", loaded.Ok().Output);
        Assert.Equal(before, inro.Ok("images", "--no-trunc", "--format", Fields));
    }

    [KernelFact(Instance.Usual)]
    public void The_same_image_is_the_same_bytes_to_a_file_and_to_a_pipe()
    {
        using Instance inro = Instance.WithBusybox();
        string archive = inro.Beside("saved.tar");

        inro.Ok("save", "-o", archive, "busybox");

        Assert.Equal(File.ReadAllBytes(archive), inro.Run("save", "busybox").Ok().OutputBytes);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(archive));
    }

    [KernelFact(Instance.Usual)]
    public void A_repository_without_a_tag_means_all_its_tags_and_an_id_no_name()
    {
        using Instance inro = Instance.WithBusybox();
        inro.Ok("tag", "busybox", "busybox:old");

        Assert.Equal(["busybox:latest", "busybox:old"], TagsIn(inro.Run("save", "busybox").Ok().OutputBytes).Order());
        Assert.Equal(["busybox:old"], TagsIn(inro.Run("save", "busybox:old").Ok().OutputBytes));
        Assert.Empty(TagsIn(inro.Run("save", inro.Ok("images", "-q", "busybox:old").Trim()).Ok().OutputBytes));
    }

    [KernelFact(Instance.Usual | Needs.Skopeo)]
    public void Skopeo_reads_both_of_its_forms()
    {
        using Instance inro = Instance.WithBusybox();
        string archive = inro.Beside("saved.tar");
        inro.Ok("save", "-o", archive, "busybox");
        string digest = inro.Ok("images", "--format", "{{.Digest}}").Trim();
        string id = inro.Ok("images", "-q", "--no-trunc").Trim();

        string asLayout = Tool.Run("skopeo", ["inspect", "--format", "{{.Digest}}", "oci-archive:" + archive], Deadline).Ok().Output.Trim();
        Tool.Run("skopeo", ["--insecure-policy", "copy", "-q", $"docker-archive:{archive}:busybox:latest", "dir:" + inro.Beside("dir")], Deadline).Ok();

        Assert.Equal(digest, asLayout);
        using JsonDocument manifest = JsonDocument.Parse(File.ReadAllBytes(inro.Beside("dir") + "/manifest.json"));
        Assert.Equal(id, manifest.RootElement.GetProperty("config").GetProperty("digest").GetString());
    }

    [KernelFact(Instance.Usual | Needs.Podman)]
    public void Podman_loads_it()
    {
        using Instance inro = Instance.WithBusybox();
        string archive = inro.Beside("saved.tar");
        inro.Ok("save", "-o", archive, "busybox");
        string[] store = ["--root", inro.Beside("podman"), "--runroot", inro.Beside("podman-run"), "--storage-driver", "vfs"];

        Tool.Run("podman", [.. store, "load", "-q", "-i", archive], Deadline).Ok();

        string id = Tool.Run("podman", [.. store, "images", "--no-trunc", "--format", "{{.ID}}"], Deadline).Ok().Output.Trim();
        Assert.Equal(inro.Ok("images", "-q", "--no-trunc").Trim(), id);
    }

    [KernelTheory(Instance.Usual)]
    [InlineData("save nosuch", "No such image: nosuch:latest")]
    [InlineData("save --platform linux/s390x busybox", "does not provide the specified platform (linux/s390x)")]
    [InlineData("save", "requires at least 1 argument")]
    public void What_is_wrong_is_named_and_the_file_stays_as_it_was(string line, string problem)
    {
        using Instance inro = Instance.WithBusybox();
        string archive = inro.Beside("saved.tar");
        File.WriteAllText(archive, "before");

        ToolResult refused = inro.Run([.. line.Split(' '), "-o", archive]);

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains(problem, refused.Error, StringComparison.Ordinal);
        Assert.Equal("before", File.ReadAllText(archive));
    }

    [KernelFact(Instance.Usual)]
    public void A_changed_blob_is_found_while_it_is_written_and_nothing_of_the_archive_stays()
    {
        using Instance inro = Instance.WithBusybox();
        string output = Directory.CreateDirectory(inro.Beside("out")).FullName;
        string layer = Directory.GetFiles(inro.Root + "/blobs/sha256").MaxBy(static f => new FileInfo(f).Length)!;
        byte[] bytes = File.ReadAllBytes(layer);
        bytes[^100] ^= 1;
        File.WriteAllBytes(layer, bytes);

        ToolResult refused = inro.Run("save", "-o", output + "/saved.tar", "busybox");

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("digest", refused.Error, StringComparison.Ordinal);
        Assert.Contains("try: pull or load the image again", refused.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(output));
    }

    [KernelFact(Instance.Usual)]
    public void A_full_disk_is_said_and_leaves_nothing()
    {
        using Instance small = Instance.OnSmallDisk(1);
        using Instance inro = Instance.WithBusybox();

        ToolResult refused = inro.Run("save", "-o", small.Root + "/saved.tar", "busybox");

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("No space left on device", refused.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(small.Root).Where(static f => f.Contains("saved", StringComparison.Ordinal)));
    }

    private static string[] TagsIn(byte[] archive)
    {
        using var tar = new TarReader(new MemoryStream(archive));
        while (tar.GetNextEntry() is { } entry)
        {
            if (entry.Name != "manifest.json") { continue; }

            using JsonDocument entries = JsonDocument.Parse(entry.DataStream!);
            return [.. Assert.Single(entries.RootElement.EnumerateArray()).GetProperty("RepoTags").EnumerateArray().Select(static t => t.GetString()!)];
        }

        throw new InvalidDataException("there is no manifest.json");
    }
}
