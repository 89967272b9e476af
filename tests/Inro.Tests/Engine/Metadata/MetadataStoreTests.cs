using Inro.Engine;
using Inro.Engine.Metadata;
using Xunit;

namespace Inro.Tests.Engine.Metadata;

public sealed class MetadataStoreTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("inro-meta-").FullName;

    private string File => directory + "/meta.db";

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public void What_was_committed_is_there_for_the_next_connection()
    {
        using (MetadataStore store = MetadataStore.Open(File)) { Insert(store, "a"); }

        using MetadataStore next = MetadataStore.Open(File);
        Assert.Equal(1, Count(next));
    }

    [Fact]
    public void Failed_transaction_leaves_nothing()
    {
        using MetadataStore store = MetadataStore.Open(File);

        Assert.Throws<InvalidOperationException>(() => store.Write(() =>
        {
            InsertInside(store, "a");
            throw new InvalidOperationException();
        }));

        Assert.Equal(0, Count(store));
        Insert(store, "b"); // and the connection still works
        Assert.Equal(1, Count(store));
    }

    [Fact]
    public void Database_is_readable_by_its_owner_only()
    {
        using MetadataStore store = MetadataStore.Open(File);
        Insert(store, "a");

        foreach (string path in Directory.GetFiles(directory))
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(path));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4096)]
    public void A_reserve_that_a_kill_left_short_is_made_whole_by_the_next_writer(int bytes)
    {
        using (MetadataStore store = MetadataStore.Open(File)) { Insert(store, "a"); }

        long whole = new FileInfo(File + "-reserve").Length;
        System.IO.File.WriteAllBytes(File + "-reserve", new byte[bytes]);
        using (MetadataStore store = MetadataStore.Open(File)) { Insert(store, "b"); }

        Assert.True(whole >= 2 * MetadataStore.MaxLogBytes, $"{whole} bytes");
        Assert.Equal(whole, new FileInfo(File + "-reserve").Length);
    }

    [Fact]
    public void Log_is_written_back_once_it_has_grown()
    {
        using (MetadataStore store = MetadataStore.Open(File)) { Insert(store, "small"); }

        Assert.True(new FileInfo(File + "-wal").Length > 0, "a small log stays");
        using (MetadataStore store = MetadataStore.Open(File))
        {
            for (int i = 0; i < 400; i++) { Insert(store, "row" + i); }
        }

        Assert.Equal(0, new FileInfo(File + "-wal").Length);
    }

    [Fact]
    public void Newer_schema_is_refused()
    {
        using (MetadataStore store = MetadataStore.Open(File)) { store.Run("PRAGMA user_version=999"); }

        var failure = Assert.Throws<EngineException>(() => MetadataStore.Open(File));

        Assert.Equal(ErrorCode.PreconditionFailed, failure.Code);
        Assert.Contains("schema 999", failure.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Older_schema_is_migrated_and_keeps_its_rows()
    {
        using MetadataStore store = MetadataStore.Open(File);
        Insert(store, "a");

        Schema.Bring(store, [.. Schema.Steps, "ALTER TABLE volumes ADD COLUMN size INTEGER NOT NULL DEFAULT 7"]);

        Assert.Equal(7, store.Read(() =>
        {
            using Statement select = store.Prepare("SELECT size FROM volumes");
            return select.Step() ? select.Number(0) : -1;
        }));
    }

    [Fact]
    public void Failed_migration_changes_nothing()
    {
        using MetadataStore store = MetadataStore.Open(File);

        Assert.Throws<EngineException>(() => Schema.Bring(store, [.. Schema.Steps, "CREATE TABLE other(x)", "no sql"]));

        using MetadataStore again = MetadataStore.Open(File);
        Assert.Equal(0, again.Read(() =>
        {
            using Statement select = again.Prepare("SELECT count(*) FROM sqlite_master WHERE name = 'other'");
            return select.Step() ? select.Number(0) : -1;
        }));
    }

    [Fact]
    public void Damaged_file_is_named_with_a_way_out()
    {
        System.IO.File.WriteAllText(File, new string('x', 5000));

        var failure = Assert.Throws<EngineException>(() => MetadataStore.Open(File));

        Assert.Equal(ErrorCode.DataLoss, failure.Code);
        Assert.NotNull(failure.Remedy);
    }

    [Fact]
    public async Task Many_openers_of_a_new_database_agree()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(n => Task.Run(() =>
        {
            using MetadataStore store = MetadataStore.Open(File);
            for (int i = 0; i < 20; i++) { Insert(store, $"{n}-{i}"); }
        })));

        using MetadataStore last = MetadataStore.Open(File);
        Assert.Equal(160, Count(last));
    }

    private static void Insert(MetadataStore store, string name) => store.Write(() => InsertInside(store, name));

    private static void InsertInside(MetadataStore store, string name)
    {
        using Statement insert = store.Prepare("INSERT INTO volumes(name, driver, created, anonymous, ready, labels, options) VALUES(?, 'local', 1, 0, 1, '', '')");
        insert.Bind(1, name);
        insert.Run();
    }

    private static long Count(MetadataStore store) => store.Read(() =>
    {
        using Statement count = store.Prepare("SELECT count(*) FROM volumes");
        return count.Step() ? count.Number(0) : -1;
    });
}
