using Inro.Engine.Images;
using Inro.Images;
using Inro.Spec;
using Xunit;

namespace Inro.Tests.Engine.Images;

public sealed class ImageTableTests : IDisposable
{
    private const string Name = "docker.io/library/a:1";

    private readonly TestInstance instance = new();
    private readonly TestInstance.Session session;

    public ImageTableTests() => session = instance.Open();

    private IImageMetadata Metadata => session.Images.Metadata;

    public void Dispose()
    {
        session.Dispose();
        instance.Dispose();
    }

    [Fact]
    public void Snapshot_numbers_are_never_given_twice() =>
        Assert.Equal(100, Enumerable.Range(0, 100).Select(_ => Metadata.TakeSnapshotNumber()).Distinct().Count());

    [Fact]
    public void Chain_is_read_from_the_top_down_and_null_where_it_is_broken()
    {
        Metadata.Commit([Layer("base", null, 11), Layer("top", "base", 12), Layer("lost", "missing", 13)], []);

        Assert.Equal([12L, 11L], Metadata.FindChain(Of("top")));
        Assert.Null(Metadata.FindChain(Of("lost")));
        Assert.Null(Metadata.FindChain(Of("unknown")));
    }

    [Fact]
    public void First_snapshot_of_a_layer_stays()
    {
        Metadata.Commit([Layer("base", null, 11)], []);
        Metadata.Commit([Layer("base", null, 99)], []);

        Assert.Equal(11, Metadata.FindLayer(Of("base"))!.Snapshot);
    }

    [Fact]
    public void Everything_of_an_image_survives()
    {
        ImageRecord image = Image(Name, "m1") with { Created = DateTimeOffset.Parse("2024-02-03T04:05:06.7Z"), ChainId = Of("base") };
        Metadata.Commit([], [image]);

        ImageRecord read = Metadata.FindImage(Name)!;

        Assert.Equal(image.Blobs, read.Blobs);
        Assert.Equal(image with { Blobs = [] }, read with { Blobs = [] });
    }

    [Fact]
    public void Moved_name_leaves_the_old_image_without_one()
    {
        Metadata.Commit([], [Image(Name, "m1")]);
        Metadata.Commit([], [Image(Name, "m2")]);

        Assert.Equal(Of("m2"), Metadata.FindImage(Name)!.Manifest);
        Assert.Contains(Metadata.ListImages(), i => i.Reference is null && i.Manifest == Of("m1"));
    }

    [Fact]
    public void Moved_name_of_an_image_with_another_name_leaves_only_that()
    {
        Metadata.Commit([], [Image(Name, "m1"), Image("docker.io/library/b:1", "m1")]);
        Metadata.Commit([], [Image(Name, "m2")]);

        ImageRecord only = Assert.Single(Metadata.ListImages(), i => i.Manifest == Of("m1"));
        Assert.Equal("docker.io/library/b:1", only.Reference);
    }

    [Fact]
    public void Named_image_loses_its_nameless_row()
    {
        Metadata.Commit([], [Image(null, "m1")]);
        Metadata.Commit([], [Image(null, "m1")]);
        Assert.Single(Metadata.ListImages(), i => i.Manifest == Of("m1"));

        Metadata.Commit([], [Image(Name, "m1")]);

        Assert.Equal(Name, Assert.Single(Metadata.ListImages(), i => i.Manifest == Of("m1")).Reference);
    }

    [Fact]
    public void Removed_row_is_gone_and_says_whether_it_was_there()
    {
        Metadata.Commit([], [Image(Name, "m1"), Image(null, "m2")]);

        Assert.True(Metadata.RemoveImage(Name, Of("m1")));
        Assert.True(Metadata.RemoveImage(null, Of("m2")));
        Assert.False(Metadata.RemoveImage(Name, Of("m1")));
        Assert.DoesNotContain(Metadata.ListImages(), i => i.Manifest == Of("m1") || i.Manifest == Of("m2"));
    }

    [Fact]
    public void Layers_of_images_and_containers_are_kept_and_others_go()
    {
        Metadata.Commit([Layer("base", null, 11), Layer("top", "base", 12), Layer("other", "base", 13)], [Image(Name, "m1") with { ChainId = Of("top") }]);
        string container = session.Containers.Create(new Inro.Engine.Containers.ContainerConfig { Image = "busybox" }).Id;
        Metadata.RemoveImage(TestInstance.ImageName, default);

        Assert.Equal([13L], Metadata.RemoveUnusedLayers().Select(l => l.Snapshot));

        Assert.Contains(session.Containers.Find(container).Snapshot, Metadata.KnownSnapshots());
        Assert.Superset(new HashSet<long> { 1, 11, 12 }, new HashSet<long>(Metadata.KnownSnapshots()));
    }

    [Theory]
    [InlineData("a:1", true)]
    [InlineData("docker.io/library/a:1", true)]
    [InlineData("a", false)]
    [InlineData("a:2", false)]
    public void Image_is_resolved_by_reference(string typed, bool expected)
    {
        Metadata.Commit([], [Image(Name, "m1")]);

        Assert.Equal(expected, session.Images.TryResolve(typed) is not null);
    }

    [Fact]
    public void Image_is_resolved_by_id_prefix_and_digest()
    {
        Metadata.Commit([], [Image(Name, "m1")]);
        string id = Of("config of m1").ToString();

        Assert.Equal(id, session.Images.Resolve(id).Id);
        Assert.Equal(id, session.Images.Resolve(id[7..19]).Id);
        Assert.Equal(id, session.Images.Resolve("a@" + Of("m1")).Id);
        Assert.Null(session.Images.TryResolve("b@" + Of("m1")));
    }

    [Fact]
    public void Image_is_listed_once_with_all_its_names()
    {
        Metadata.Commit([], [Image(Name, "m1"), Image("docker.io/library/b:1", "m1")]);

        ImageSummary image = Assert.Single(session.Images.List(), i => i.ManifestDigest == Of("m1").ToString());
        Assert.Equal([Name, "docker.io/library/b:1"], image.References);
    }

    [Fact]
    public void Something_that_is_no_reference_is_refused() =>
        Assert.Equal(Inro.Engine.ErrorCode.InvalidArgument, Assert.Throws<Inro.Engine.EngineException>(() => session.Images.Resolve("UPPER")).Code);

    private static Digest Of(string text) => Digest.Sha256(System.Text.Encoding.UTF8.GetBytes(text));

    private static LayerRecord Layer(string chain, string? parent, long snapshot) => new()
    {
        ChainId = Of(chain),
        Parent = parent is null ? null : Of(parent),
        DiffId = Of("diff of " + chain),
        Snapshot = snapshot,
        SizeBytes = 5,
    };

    private static ImageRecord Image(string? reference, string manifest) => new()
    {
        Reference = reference,
        Manifest = Of(manifest),
        Config = Of("config of " + manifest),
        SizeBytes = 7,
        Blobs = [Of(manifest), Of("config of " + manifest)],
    };
}
