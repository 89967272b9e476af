using Inro.Images;
using Inro.KernelTests.Images.Support;
using Inro.Spec;
using Xunit;

namespace Inro.Tests.Images;

/// <summary>What every implementation of the image metadata must do. A test class for each implementation derives from it.</summary>
public abstract class ImageMetadataSuite
{
    /// <summary>An empty one.</summary>
    protected abstract IImageMetadata Create();

    [Fact]
    public void Snapshot_numbers_are_small_and_never_repeat()
    {
        IImageMetadata metadata = Create();
        long[] numbers = [.. Enumerable.Range(0, 50).AsParallel().Select(_ => metadata.TakeSnapshotNumber())];

        Assert.Equal(50, numbers.Distinct().Count());
        Assert.All(numbers, n => Assert.InRange(n, 1, 50));
    }

    [Fact]
    public void Chain_is_listed_from_the_top()
    {
        IImageMetadata metadata = Create();
        metadata.Commit([Layer("a", null, 3), Layer("b", "a", 1), Layer("c", "b", 2)], []);

        Assert.Equal([2, 1, 3], metadata.FindChain(Digest("c"))!);
        Assert.Equal([3], metadata.FindChain(Digest("a"))!);
        Assert.Null(metadata.FindChain(Digest("x")));
    }

    [Fact]
    public void First_row_of_a_layer_stays()
    {
        IImageMetadata metadata = Create();
        metadata.Commit([Layer("a", null, 1)], []);
        metadata.Commit([Layer("a", null, 2)], []);

        Assert.Equal(1, metadata.FindLayer(Digest("a"))!.Snapshot);
    }

    [Fact]
    public void Image_comes_back_as_it_was_committed()
    {
        IImageMetadata metadata = Create();
        ImageRecord image = Image("docker.io/library/a:latest", "m1") with { Target = Digest("index"), Created = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000), ChainId = Digest("a"), SizeBytes = 5L << 40 };
        metadata.Commit([Layer("a", null, 1)], [image]);

        ImageRecord read = metadata.FindImage("docker.io/library/a:latest")!;

        Assert.Equal(image with { Blobs = read.Blobs }, read);
        Assert.Equal(image.Blobs, read.Blobs);
        Assert.Null(metadata.FindImage("docker.io/library/b:latest"));
    }

    [Fact]
    public void Moved_name_leaves_the_older_image_without_one()
    {
        IImageMetadata metadata = Create();
        metadata.Commit([], [Image("r:1", "m1")]);
        metadata.Commit([], [Image("r:1", "m2")]);

        Assert.Equal([("r:1", Digest("m2")), (null, Digest("m1"))], metadata.ListImages().Select(i => (i.Reference, i.Manifest)));
    }

    [Fact]
    public void Image_with_another_name_keeps_that_one_only()
    {
        IImageMetadata metadata = Create();
        metadata.Commit([], [Image("r:1", "m1"), Image("r:2", "m1")]);
        metadata.Commit([], [Image("r:1", "m2")]);

        Assert.Equal([("r:1", Digest("m2")), ("r:2", Digest("m1"))], metadata.ListImages().Select(i => (i.Reference, i.Manifest)));
    }

    [Fact]
    public void Image_that_gets_a_name_is_no_longer_listed_without_one()
    {
        IImageMetadata metadata = Create();
        metadata.Commit([], [Image(null, "m1")]);
        metadata.Commit([], [Image("r:1", "m1")]);

        Assert.Equal("r:1", Assert.Single(metadata.ListImages()).Reference);
    }

    [Fact]
    public void Layers_go_when_no_image_needs_them()
    {
        IImageMetadata metadata = Create();
        metadata.Commit([Layer("a", null, 1), Layer("b", "a", 2), Layer("c", "a", 3)], [Image("r:1", "m1") with { ChainId = Digest("b") }, Image("r:2", "m2") with { ChainId = Digest("c") }]);

        Assert.True(metadata.RemoveImage("r:2", Digest("m2")));
        Assert.False(metadata.RemoveImage("r:2", Digest("m2")));

        Assert.Equal(3, Assert.Single(metadata.RemoveUnusedLayers()).Snapshot);
        Assert.Equal([1, 2], metadata.KnownSnapshots().Order());
        Assert.Equal([Digest("m1"), Digest("m1c")], metadata.KnownBlobs().OrderBy(d => d == Digest("m1c")));
    }

    [Fact]
    public void Leased_blobs_are_known_until_the_lease_ends()
    {
        IImageMetadata metadata = Create();
        metadata.Lease("pull a", [Digest("l1")], TimeSpan.FromHours(1));
        metadata.Lease("pull a", [Digest("l2")], TimeSpan.FromHours(1));
        metadata.Lease("pull b", [Digest("l1")], TimeSpan.FromHours(1));

        Assert.Equal([Digest("l1"), Digest("l2")], metadata.KnownBlobs().OrderBy(d => d == Digest("l2")));
        metadata.EndLease("pull a");
        Assert.Equal([Digest("l1")], metadata.KnownBlobs());
        metadata.EndLease("pull b");
        Assert.Empty(metadata.KnownBlobs());
    }

    private static Digest Digest(string name) => Inro.Spec.Digest.Sha256(System.Text.Encoding.UTF8.GetBytes(name));

    private static LayerRecord Layer(string name, string? parent, long snapshot) => new()
    {
        ChainId = Digest(name),
        Parent = parent is null ? null : Digest(parent),
        DiffId = Digest("diff " + name),
        Snapshot = snapshot,
        SizeBytes = 10,
    };

    private static ImageRecord Image(string? reference, string manifest) => new()
    {
        Reference = reference,
        Manifest = Digest(manifest),
        Config = Digest(manifest + "c"),
        SizeBytes = 10,
        Blobs = [Digest(manifest), Digest(manifest + "c")],
    };
}

/// <summary>The implementation in memory passes the suite.</summary>
public sealed class MemoryImageMetadataTests : ImageMetadataSuite
{
    /// <inheritdoc/>
    protected override IImageMetadata Create() => new MemoryImageMetadata();
}
