using Inro.Engine.Images;
using Inro.Images;
using Inro.Spec;
using Xunit;

namespace Inro.Tests.Engine.Images;

/// <summary>What a policy lets go. Four images of 100 bytes each, of which <c>b</c> and <c>c</c> share 50; used in the order of their names.</summary>
public sealed class ImageGcPolicyTests
{
    private const long Second = 1_000_000_000;
    private const long Now = 1000 * Second;

    [Theory]
    [InlineData(null, null, null, "")]
    [InlineData(400L, null, null, "")]
    [InlineData(349L, null, null, "a")]
    [InlineData(250L, null, null, "a")]
    [InlineData(249L, null, null, "a b")]
    [InlineData(200L, null, null, "a b")]
    [InlineData(199L, null, null, "a b c")]
    [InlineData(0L, null, null, "a b c d")]
    [InlineData(null, 1000, null, "")]
    [InlineData(null, 899, null, "a")]
    [InlineData(null, 0, null, "a b c d")]
    [InlineData(null, null, 1000L, "")]
    [InlineData(null, null, 1001L, "a")]
    [InlineData(null, null, 1101L, "a b")]
    [InlineData(null, null, 1151L, "a b c")]
    [InlineData(200L, 0, null, "a b c d")]
    public void The_longest_unused_go_until_every_line_is_kept(long? most, int? seconds, long? free, string gone)
    {
        var policy = new ImageGcPolicy { KeepStorageBytes = most, KeepFor = seconds is { } s ? TimeSpan.FromSeconds(s) : null, MinFreeBytes = free };
        ImageSummary[] images = [Summary("d", 400), Summary("b", 200), Summary("a", 100), Summary("c", 300)];

        IReadOnlyList<ImageSummary> going = policy.Choose(images, Usage(), freeBytes: 1000, Now);

        Assert.Equal(gone, string.Join(' ', going.Select(static i => i.Id)));
    }

    private static ImageSummary Summary(string name, long usedSeconds) => new()
    {
        Id = name,
        ManifestDigest = Of(name).ToString(),
        References = [],
        CreatedNanoseconds = 0,
        SizeBytes = 100,
        ChainId = "",
        UsedNanoseconds = usedSeconds * Second,
    };

    private static StoreUsage Usage()
    {
        ImageRecord[] rows = [Row("a", "a1", "a2"), Row("b", "b1", "bc"), Row("c", "c1", "bc"), Row("d", "d1", "d2")];
        Dictionary<Digest, long> blobs = rows.SelectMany(static r => r.Blobs).Distinct().ToDictionary(static b => b, static _ => 50L);
        return new StoreUsage(rows, new Dictionary<Digest, LayerRecord>(), blobs, new Dictionary<long, long>()) { TotalBytes = blobs.Values.Sum() };
    }

    private static ImageRecord Row(string name, params string[] blobs) =>
        new() { Manifest = Of(name), Config = Of(name + "config"), SizeBytes = 100, Blobs = [.. blobs.Select(Of)] };

    private static Digest Of(string text) => Digest.Sha256(System.Text.Encoding.UTF8.GetBytes(text));
}
