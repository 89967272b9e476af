using Inro.Engine.Containers;
using Inro.Engine.Events;
using Inro.Engine.Images;
using Inro.Engine.Metadata;
using Inro.Images;
using Inro.Spec;
using Xunit;

namespace Inro.Tests.Engine.Images;

/// <summary>Last uses and pins of images.</summary>
public sealed class ImageMarkTests : IDisposable
{
    private const long Hour = 3_600_000_000_000;

    private readonly TestInstance instance = new();
    private readonly MetadataStore store;
    private readonly Clock clock = new();
    private readonly ImageTable table;

    public ImageMarkTests()
    {
        store = MetadataStore.Open(instance.Paths.Database);
        table = new ImageTable(store, new EventLog(store, instance.Paths.EventBell), clock);
    }

    public void Dispose()
    {
        store.Dispose();
        instance.Dispose();
    }

    [Fact]
    public void An_image_is_used_when_it_comes_again_or_gets_a_name()
    {
        table.Commit([], [Image("a", "m1"), Image("b", "m2")]);
        clock.Now += Hour;
        table.Commit([], [Image("a", "m1")]);
        table.Commit([], [Image("c", "m2")]);

        Assert.Equal(clock.Now, table.ListMarks()[Of("m1").ToString()].UsedNanoseconds);
        Assert.Equal(clock.Now, table.ListMarks()[Of("m2").ToString()].UsedNanoseconds);
    }

    [Fact]
    public void A_container_is_a_use_of_its_image()
    {
        string manifest = Digest.Sha256("m"u8).ToString();
        using TestInstance.Session session = instance.Open();
        store.Write(() =>
        {
            using Statement update = store.Prepare("UPDATE image_marks SET used = 5");
            update.Run();
        });

        session.Containers.Create(new ContainerConfig { Image = "busybox" });

        Assert.True(table.ListMarks()[manifest].UsedNanoseconds > 5);
    }

    [Fact]
    public void Uses_within_a_minute_are_written_once()
    {
        table.Commit([], [Image("a", "m1")]);
        long came = clock.Now;
        clock.Now += Hour / 120;
        store.Write(() => table.NoteUse(Of("m1").ToString()));
        long soon = table.ListMarks()[Of("m1").ToString()].UsedNanoseconds;
        clock.Now += Hour;
        store.Write(() => table.NoteUse(Of("m1").ToString()));

        Assert.Equal(came, soon);
        Assert.Equal(clock.Now, table.ListMarks()[Of("m1").ToString()].UsedNanoseconds);
    }

    [Fact]
    public void A_pin_stays_when_the_image_comes_again_and_goes_with_the_image()
    {
        table.Commit([], [Image("a", "m1"), Image("b", "m1")]);
        Assert.True(table.SetPinned(Of("m1").ToString(), "id", isPinned: true));
        Assert.False(table.SetPinned(Of("m1").ToString(), "id", isPinned: true));
        table.Commit([], [Image("a", "m1")]);
        table.RemoveImage(Full("a"), default);

        Assert.True(table.ListMarks()[Of("m1").ToString()].IsPinned);
        Assert.Null(table.RemoveUnneeded(Of("m1")));
        table.RemoveImage(Full("b"), default);
        Assert.False(table.ListMarks().ContainsKey(Of("m1").ToString()));
    }

    [Fact]
    public void An_image_that_nobody_needs_goes_with_all_its_names_and_one_of_a_container_stays()
    {
        table.Commit([], [Image("a", "m1"), Image("b", "m1")]);
        using TestInstance.Session session = instance.Open();
        session.Containers.Create(new ContainerConfig { Image = "busybox" });

        Assert.Equal([Full("a"), Full("b")], table.RemoveUnneeded(Of("m1"))!.Select(static r => r.Reference!));
        Assert.Null(table.RemoveUnneeded(Digest.Sha256("m"u8)));
        Assert.Equal([TestInstance.ImageName], table.ListImages().Select(static i => i.Reference!));
    }

    private static ImageRecord Image(string name, string manifest) =>
        new() { Reference = Full(name), Manifest = Of(manifest), Config = Of(manifest + "c"), SizeBytes = 1, Blobs = [Of(manifest)] };

    private static string Full(string name) => $"docker.io/library/{name}:1";

    private static Digest Of(string text) => Digest.Sha256(System.Text.Encoding.UTF8.GetBytes(text));

    private sealed class Clock : TimeProvider
    {
        public long Now { get; set; } = 1_700_000_000_000_000_000;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddTicks(Now / 100);
    }
}
