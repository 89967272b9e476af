using System.Globalization;
using System.Text.Json;
using Inro.Conformance.Containers;
using Inro.KernelTests.Harness;
using Inro.KernelTests.Images.Support;
using Xunit;

namespace Inro.Conformance.Images;

/// <summary><c>inro image prune</c>, <c>image pin</c> and <c>system df</c>, whose sums are those of <c>du</c>.</summary>
public sealed class PruneVerbTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [KernelFact(Instance.Usual)]
    public void Without_all_only_images_without_a_name_go()
    {
        using Instance inro = WithImages();
        string id = inro.Ok("images", "-q", "--no-trunc", "second").Trim();
        Load(inro, "second:1", "other content");

        string pruned = inro.Ok("image", "prune", "-f");

        Assert.StartsWith($"Deleted Images:\ndeleted: {id}\ndeleted: sha256:", pruned, StringComparison.Ordinal);
        Assert.Matches("\n\nTotal reclaimed space: [0-9.]+kB\n$", pruned);
        Assert.Equal("Total reclaimed space: 0B\n", inro.Ok("image", "prune", "--force"));
        Assert.Equal(["busybox:latest", "second:1"], Names(inro));
    }

    [KernelFact(Instance.Usual)]
    public void With_all_only_images_of_containers_and_pinned_ones_stay()
    {
        using Instance inro = WithImages();
        inro.Ok("create", "busybox");
        Load(inro, "third:1", "third");
        Assert.Equal("third:1\n", inro.Ok("image", "pin", "third:1"));

        string pruned = inro.Ok("image", "prune", "--all", "-f");

        Assert.Contains("untagged: second:1\n", pruned, StringComparison.Ordinal);
        Assert.Equal(["busybox:latest", "third:1"], Names(inro));
        inro.Ok("image", "unpin", "third:1");
        inro.Ok("image", "prune", "-a", "-f");
        Assert.Equal(["busybox:latest"], Names(inro));
    }

    [KernelFact(Instance.Usual)]
    public void A_dry_run_says_the_same_as_the_real_one_and_removes_nothing()
    {
        using Instance inro = WithImages();

        string[] dry = inro.Ok("image", "prune", "-a", "--dry-run").Split('\n');
        string[] left = Names(inro);
        string[] real = inro.Ok("image", "prune", "-a", "-f").Split('\n');

        Assert.Equal(["busybox:latest", "second:1"], left);
        Assert.Equal("Would Delete Images:", dry[0]);
        Assert.Equal("Deleted Images:", real[0]);
        Assert.Equal(dry[1..^2].Order(), real[1..^2].Order());
        Assert.Equal(dry[^2].Replace("reclaimable", "reclaimed", StringComparison.Ordinal), real[^2]);
    }

    [KernelTheory(Instance.Usual)]
    [InlineData("label=kind=test", "second:1")]
    [InlineData("label=kind", "second:1")]
    [InlineData("label=kind=other", "")]
    [InlineData("label!=kind", "busybox:latest")]
    [InlineData("until=2024-01-01", "")]
    [InlineData("until=1h", "busybox:latest second:1")]
    public void Filters_choose(string filter, string gone)
    {
        using Instance inro = WithImages();

        string pruned = inro.Ok("image", "prune", "-a", "-f", "--filter", filter);

        Assert.Equal(
            gone.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            pruned.Split('\n').Where(static l => l.StartsWith("untagged: ", StringComparison.Ordinal)).Select(static l => l["untagged: ".Length..]).Order());
    }

    [KernelTheory(Instance.Usual)]
    [InlineData("n\n", false)]
    [InlineData("", false)]
    [InlineData("y\n", true)]
    public void It_asks_first(string answer, bool goes)
    {
        using Instance inro = WithImages();

        ToolResult asked = inro.Feed(answer, "image", "prune", "-a");

        Assert.StartsWith("WARNING! This will remove all images without at least one container associated to them.\nAre you sure you want to continue? [y/N] ", asked.Output, StringComparison.Ordinal);
        Assert.Equal(goes ? 0 : 1, asked.ExitCode);
        Assert.Equal(goes ? 0 : 2, Names(inro).Length);
    }

    [KernelFact(Instance.Usual)]
    public void What_df_says_is_what_du_says_before_and_after()
    {
        using Instance inro = WithImages();
        string id = inro.Ok("create", "-v", "data:/data", "busybox", "sh", "-c", "head -c 300000 /dev/urandom > /file; head -c 200000 /dev/urandom > /data/file").Trim();
        inro.Ok("start", id);
        inro.Ok("wait", id);
        (long images, long containers, long volumes, long reclaimable) = Sizes(inro);

        Assert.InRange(containers, 300_000, 600_000);
        Assert.InRange(volumes, 200_000, 300_000);
        Assert.Equal(Du(inro, "volumes/data"), volumes);
        Assert.Equal(Du(inro, "blobs", "ingest", "snapshots", $"containers/{id}"), images + containers);
        string freed = inro.Ok("image", "prune", "-a", "-f");
        (long after, _, _, long rest) = Sizes(inro);

        Assert.Equal(reclaimable, images - after);
        Assert.Equal(0, rest);
        Assert.Equal(Du(inro, "blobs", "ingest", "snapshots", $"containers/{id}"), after + containers);
        Assert.EndsWith(string.Create(CultureInfo.InvariantCulture, $"Total reclaimed space: {reclaimable / 1000.0:G3}kB\n"), freed, StringComparison.Ordinal);
    }

    [KernelFact(Instance.Usual)]
    public void Df_tells_what_is_shared_and_by_how_many_containers_it_is_used()
    {
        using Instance inro = WithImages();
        inro.Ok("create", "busybox");

        string[] table = inro.Ok("system", "df").Split('\n');
        using JsonDocument details = JsonDocument.Parse(inro.Ok("system", "df", "-v", "--format", "json"));

        Assert.Equal("TYPE            TOTAL     ACTIVE    SIZE      RECLAIMABLE", table[0]);
        Assert.Matches("^Images          2         1         [0-9.]+MB +[0-9.]+kB \\([0-9]+%\\)$", table[1]);
        Assert.Matches("^Containers      1         0         ", table[2]);
        JsonElement box = details.RootElement.GetProperty("Images").EnumerateArray().Single(static i => i.GetProperty("Repository").GetString() == "busybox");
        Assert.Equal("1", box.GetProperty("Containers").GetString());
        Assert.EndsWith("MB", box.GetProperty("SharedSize").GetString(), StringComparison.Ordinal);
        Assert.Contains("REPOSITORY   TAG       IMAGE ID", inro.Ok("system", "df", "-v"), StringComparison.Ordinal);
    }

    /// <summary>busybox, and an image with one more layer on top of it.</summary>
    private static Instance WithImages()
    {
        Instance inro = Instance.WithBusybox();
        Load(inro, "second:1", "content");
        return inro;
    }

    private static void Load(Instance inro, string name, string content)
    {
        var image = new TestImage { Name = "docker.io/library/" + name, Defaults = new() { Labels = new Dictionary<string, string> { ["kind"] = "test" } } };
        string path = inro.Beside("image.tar");
        image.Layer(TestImages.BusyboxLayer()).Layer(new TarWriter().File("added", content)).WriteLayout(path);
        inro.Ok("load", "-q", "-i", path);
    }

    private static string[] Names(Instance inro) =>
        [.. inro.Ok("images", "--format", "{{.Repository}}:{{.Tag}}").Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)];

    private static (long Images, long Containers, long Volumes, long Reclaimable) Sizes(Instance inro)
    {
        long[] numbers = [.. inro.Ok("system", "df", "--format", "{{.SizeBytes}} {{.ReclaimableBytes}}").Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Select(long.Parse)];
        return (numbers[0], numbers[2], numbers[4], numbers[1]);
    }

    private static long Du(Instance inro, params string[] parts) => Tool.Run("du", ["-s", "-B1", .. parts.Select(p => $"{inro.Root}/{p}").Where(Directory.Exists)], Deadline).Ok().Output
        .Split('\n', StringSplitOptions.RemoveEmptyEntries).Sum(static l => long.Parse(l[..l.IndexOf('\t')], CultureInfo.InvariantCulture));
}
