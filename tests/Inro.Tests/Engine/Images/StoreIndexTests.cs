using System.Globalization;
using System.Text;
using System.Text.Json;
using Inro.Engine.Events;
using Inro.Engine.Images;
using Inro.Images;
using Inro.Spec;
using Inro.Spec.Image;
using Xunit;

namespace Inro.Tests.Engine.Images;

/// <summary>The names of images beside the database.</summary>
public sealed class StoreIndexTests : IDisposable
{
    private const int Changes = 400;

    private readonly TestInstance instance = new();
    private readonly TestInstance.Session session;
    private readonly StoreIndex index;

    public StoreIndexTests()
    {
        session = instance.Open();
        index = new StoreIndex(instance.Paths.Root);
    }

    public void Dispose()
    {
        session.Dispose();
        instance.Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void It_says_after_each_change_what_the_database_says(int seed)
    {
        var random = new Random(seed);
        ImageTable table = Table();
        for (int i = 0; i < Changes; i++)
        {
            Change(table, random);

            Assert.Equal(Words(StoreIndex.Of(table.ListImages(), table.ListMarks())), Words(index.Read()!));
        }

        Assert.NotNull(IndexLines.Read(File.ReadAllBytes(FilePath())));
        using var whole = JsonDocument.Parse(File.ReadAllBytes(FilePath()));
        Assert.Equal("application/vnd.oci.image.index.v1+json", whole.RootElement.GetProperty("mediaType").GetString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}""")]
    [InlineData("{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.index.v1+json\",\"manifests\":[\n\n]}\n")]
    [InlineData("{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.index.v1+json\",\"manifests\":[]}\n")]
    public void A_file_in_another_form_is_written_anew(string text)
    {
        ImageTable table = Table();
        table.Commit([], [Image("docker.io/library/a:1", "one")]);
        File.WriteAllText(FilePath(), text);

        table.Commit([], [Image("docker.io/library/b:1", "two")]);

        Assert.Equal(Words(StoreIndex.Of(table.ListImages(), table.ListMarks())), Words(index.Read()!));
    }

    [Fact]
    public void An_empty_one_has_no_line()
    {
        byte[] empty = [.. IndexLines.Of([]).Write().SelectMany(static part => part.ToArray())];

        Assert.Empty(OciDocument.ReadIndex(empty).Manifests);
        Assert.NotNull(IndexLines.Read(empty));
    }

    private static void Change(ImageTable table, Random random)
    {
        string reference = "docker.io/library/" + (char)('a' + random.Next(4)) + ":" + random.Next(3).ToString(CultureInfo.InvariantCulture);
        string manifest = "m" + random.Next(6).ToString(CultureInfo.InvariantCulture);
        var digest = Digest.Sha256(Encoding.UTF8.GetBytes(manifest));
        switch (random.Next(7))
        {
            case 0: table.RemoveImage(reference, digest); break;
            case 1: table.RemoveImage(null, digest); break;
            case 2: table.TakeName(reference); break;
            case 3: table.SetPinned(digest.ToString(), "id", random.Next(2) == 0); break;
            case 4: table.RemoveUnneeded(digest); break;
            case 5: table.Commit([], [Image(null, manifest)]); break;
            default: table.Commit([], [Image(reference, manifest), Image(reference + "x", "m" + random.Next(6).ToString(CultureInfo.InvariantCulture))]); break;
        }
    }

    private ImageTable Table() => new(session.Store, new EventLog(session.Store, instance.Paths.EventBell), TimeProvider.System) { Index = index };

    private string FilePath() => Path.Combine(instance.Paths.Root, StoreIndex.FileName);

    private static IEnumerable<string> Words(IEnumerable<IndexedImage> images) => images.Select(static i => i.ToString()).Order(StringComparer.Ordinal);

    private static ImageRecord Image(string? reference, string manifest) => new()
    {
        Reference = reference,
        Manifest = Digest.Sha256(Encoding.UTF8.GetBytes(manifest)),
        Config = Digest.Sha256(Encoding.UTF8.GetBytes("config of " + manifest)),
        SizeBytes = 1,
        Blobs = [],
    };
}
