using Inro.Engine.Metadata;

namespace Inro.Engine.Volumes;

/// <summary>Rows of volumes and who uses them. Every method belongs inside a transaction.</summary>
internal sealed class VolumeTable(MetadataStore store)
{
    /// <summary>A row, where there is none; false where there is one.</summary>
    public bool Insert(string name, bool anonymous, long createdNanoseconds)
    {
        using Statement insert = store.Prepare(
            "INSERT INTO volumes(name, driver, created, anonymous, ready, labels, options) VALUES(?, 'local', ?, ?, 0, '', '') ON CONFLICT(name) DO NOTHING RETURNING name");
        insert.Bind(1, name);
        insert.Bind(2, createdNanoseconds);
        insert.Bind(3, anonymous ? 1L : 0);
        bool made = insert.Step();
        insert.Run();
        return made;
    }

    /// <summary>True when nothing was copied into the volume yet.</summary>
    public bool IsNew(string name)
    {
        using Statement select = store.Prepare("SELECT 1 FROM volumes WHERE name = ? AND ready = 0");
        select.Bind(1, name);
        return select.Step();
    }

    /// <summary>The image's content was copied, or there is none.</summary>
    public void SetReady(string name) => Run("UPDATE volumes SET ready = 1 WHERE name = ?", name);

    /// <summary>Notes that a container uses it.</summary>
    public void Use(string container, string volume)
    {
        using Statement insert = store.Prepare("INSERT INTO container_volumes(container, volume) VALUES(?, ?) ON CONFLICT DO NOTHING");
        insert.Bind(1, container);
        insert.Bind(2, volume);
        insert.Run();
    }

    /// <summary>Names of what a container uses.</summary>
    public IReadOnlyList<string> UsedBy(string container) => Names("SELECT volume FROM container_volumes WHERE container = ?", container);

    /// <summary>Anonymous volumes that only this container uses.</summary>
    public IReadOnlyList<string> AnonymousOnlyOf(string container) => Names(
        "SELECT u.volume FROM container_volumes u JOIN volumes v ON v.name = u.volume WHERE u.container = ? AND v.anonymous = 1 " +
        "AND NOT EXISTS(SELECT 1 FROM container_volumes o WHERE o.volume = u.volume AND o.container <> u.container)",
        container);

    /// <summary>The container uses none any more.</summary>
    public void LetGo(string container) => Run("DELETE FROM container_volumes WHERE container = ?", container);

    /// <summary>True when it had no name, nobody uses it, and its row is gone now.</summary>
    public bool DeleteIfAnonymousAndUnused(string name)
    {
        using Statement delete = store.Prepare(
            "DELETE FROM volumes WHERE name = ? AND anonymous = 1 AND NOT EXISTS(SELECT 1 FROM container_volumes WHERE volume = volumes.name) RETURNING name");
        delete.Bind(1, name);
        bool deleted = delete.Step();
        delete.Run();
        return deleted;
    }

    private List<string> Names(string sql, string key)
    {
        using Statement select = store.Prepare(sql);
        select.Bind(1, key);
        List<string> names = [];
        while (select.Step()) { names.Add(select.Text(0)); }

        return names;
    }

    private void Run(string sql, string key)
    {
        using Statement statement = store.Prepare(sql);
        statement.Bind(1, key);
        statement.Run();
    }
}
