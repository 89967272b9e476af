using Inro.Engine.Metadata;

namespace Inro.Engine.Volumes;

/// <summary>Rows of volumes and who uses them. Every method belongs inside a transaction.</summary>
internal sealed class VolumeTable(MetadataStore store)
{
    private const long New = 0;
    private const long Ready = 1;
    private const long Leaving = 2;

    private const string Columns = "SELECT name, driver, created, anonymous, labels, options, uid, gid FROM volumes";

    /// <summary>A row, where there is none or only that of one that is being removed; false where there is one.</summary>
    public bool Insert(VolumeRecord volume)
    {
        using Statement insert = store.Prepare(
            "INSERT INTO volumes(name, driver, created, anonymous, ready, labels, options, uid, gid) VALUES(?, ?, ?, ?, 0, ?, ?, ?, ?) " +
            "ON CONFLICT(name) DO UPDATE SET driver = excluded.driver, created = excluded.created, anonymous = excluded.anonymous, ready = 0, " +
            "labels = excluded.labels, options = excluded.options, uid = excluded.uid, gid = excluded.gid WHERE volumes.ready = 2 RETURNING name");
        insert.Bind(1, volume.Name);
        insert.Bind(2, volume.Driver);
        insert.Bind(3, volume.CreatedNanoseconds);
        insert.Bind(4, (long)volume.Naming);
        insert.Bind(5, StringMap.Write(volume.Labels));
        insert.Bind(6, StringMap.Write(volume.Options));
        Bind(insert, 7, volume.UserId);
        Bind(insert, 8, volume.GroupId);
        bool made = insert.Step();
        insert.Run();
        return made;
    }

    /// <summary>By its name; null: there is none.</summary>
    public VolumeRecord? Find(string name)
    {
        using Statement select = store.Prepare(Columns + " WHERE name = ?");
        select.Bind(1, name);
        return select.Step() ? Read(select) : null;
    }

    /// <summary>All, by name.</summary>
    public List<VolumeRecord> List()
    {
        using Statement select = store.Prepare(Columns + " ORDER BY name");
        List<VolumeRecord> found = [];
        while (select.Step()) { found.Add(Read(select)); }

        return found;
    }

    /// <summary>True when nothing was copied into the volume yet.</summary>
    public bool IsNew(string name)
    {
        using Statement select = store.Prepare("SELECT 1 FROM volumes WHERE name = ? AND ready = 0");
        select.Bind(1, name);
        return select.Step();
    }

    /// <summary>The image's content was copied, or there is none.</summary>
    public void SetReady(string name) => SetState(name, Ready);

    /// <summary>What is in it does not count yet: the next container that mounts it fills it.</summary>
    public void SetNew(string name) => SetState(name, New);

    /// <summary>It is being removed: a container that asks for it meanwhile gets a new one.</summary>
    public void SetLeaving(string name) => SetState(name, Leaving);

    /// <summary>Takes the row of one that is being removed away; false where it was asked for meanwhile.</summary>
    public bool DeleteLeaving(string name)
    {
        using Statement delete = store.Prepare("DELETE FROM volumes WHERE name = ? AND ready = 2 RETURNING name");
        delete.Bind(1, name);
        bool deleted = delete.Step();
        delete.Run();
        return deleted;
    }

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

    /// <summary>Ids of containers that use it.</summary>
    public IReadOnlyList<string> UsersOf(string volume) => Names("SELECT container FROM container_volumes WHERE volume = ?", volume);

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

    private static VolumeRecord Read(Statement row) => new()
    {
        Name = row.Text(0),
        Driver = row.Text(1),
        CreatedNanoseconds = row.Number(2),
        Naming = (VolumeNaming)row.Number(3),
        Labels = StringMap.Read(row.Text(4)),
        Options = StringMap.Read(row.Text(5)),
        UserId = row.IsNull(6) ? null : (uint)row.Number(6),
        GroupId = row.IsNull(7) ? null : (uint)row.Number(7),
    };

    // an int? is what the statement takes for null; ids go up to 2^32
    private static void Bind(Statement statement, int parameter, uint? id)
    {
        if (id is { } number) { statement.Bind(parameter, (long)number); }
        else { statement.Bind(parameter, (int?)null); }
    }

    private void SetState(string name, long state)
    {
        using Statement update = store.Prepare("UPDATE volumes SET ready = ? WHERE name = ?");
        update.Bind(1, state);
        update.Bind(2, name);
        update.Run();
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
