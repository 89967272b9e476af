using Inro.Engine.Metadata;

namespace Inro.Engine.Volumes;

/// <summary>Rows of mounted volumes: for whom, and in which boot. Every method belongs inside a transaction.</summary>
internal sealed class VolumeMountTable(MetadataStore store)
{
    /// <summary>Notes one, whether or not it is noted already.</summary>
    public void Insert(string holder, string volume, string boot)
    {
        using Statement insert = store.Prepare("INSERT INTO volume_mounts(holder, volume, boot) VALUES(?, ?, ?) ON CONFLICT(holder, volume) DO UPDATE SET boot = excluded.boot");
        insert.Bind(1, holder);
        insert.Bind(2, volume);
        insert.Bind(3, boot);
        insert.Run();
    }

    /// <summary>Takes one away.</summary>
    public void Delete(string holder, string volume)
    {
        using Statement delete = store.Prepare("DELETE FROM volume_mounts WHERE holder = ? AND volume = ?");
        delete.Bind(1, holder);
        delete.Bind(2, volume);
        delete.Run();
    }

    /// <summary>What is mounted for one: names of volumes and boots.</summary>
    public List<(string Volume, string Boot)> Of(string holder)
    {
        using Statement select = store.Prepare("SELECT volume, boot FROM volume_mounts WHERE holder = ?");
        select.Bind(1, holder);
        List<(string, string)> found = [];
        while (select.Step()) { found.Add((select.Text(0), select.Text(1))); }

        return found;
    }

    /// <summary>For whom one is mounted in a boot.</summary>
    public List<string> HoldersOf(string volume, string boot)
    {
        using Statement select = store.Prepare("SELECT holder FROM volume_mounts WHERE volume = ? AND boot = ?");
        select.Bind(1, volume);
        select.Bind(2, boot);
        List<string> found = [];
        while (select.Step()) { found.Add(select.Text(0)); }

        return found;
    }
}
