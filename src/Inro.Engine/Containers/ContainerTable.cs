using Inro.Engine.Health;
using Inro.Engine.Metadata;
using Inro.Spec;

namespace Inro.Engine.Containers;

/// <summary>Rows of containers. Methods that write belong inside <see cref="MetadataStore.Write{T}"/>.</summary>
internal sealed class ContainerTable(MetadataStore store)
{
    private const string RecordColumns =
        "c.id, c.name, c.state, c.boot, c.cgroup, c.snapshot, c.pid, c.created, c.started, c.finished, c.exit_code, c.oom, c.error, " +
        "c.restarts, c.image_id, c.manifest, c.arguments, d.config, d.mounts, d.kind, c.auto_remove, c.stopped, c.delay, c.health";

    private const string Record = "SELECT " + RecordColumns + " FROM containers c JOIN container_details d ON d.id = c.id WHERE ";

    private const string Summary =
        "SELECT id, name, state, boot, created, started, finished, exit_code, image, image_id, arguments, network, labels, mounts, health FROM containers";

    /// <summary>The row and its details, before anything else of the container exists.</summary>
    public void Insert(ContainerRecord record, NewContainer more)
    {
        using Statement row = store.Prepare(
            "INSERT INTO containers(id, name, state, boot, cgroup, snapshot, created, auto_remove, image, image_id, manifest, chain, arguments, network, labels, mounts, policy) " +
            "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
        row.Bind(1, record.Id);
        row.Bind(2, record.Name);
        row.Bind(3, (long)record.State);
        row.Bind(4, record.BootId);
        row.Bind(5, record.CgroupPath);
        row.Bind(6, record.Snapshot);
        row.Bind(7, record.CreatedNanoseconds);
        row.Bind(8, record.Config.AutoRemove ? 1L : 0);
        row.Bind(9, record.Config.Image);
        row.Bind(10, record.ImageId);
        row.Bind(11, record.ManifestDigest);
        row.Bind(12, more.ChainId);
        row.Bind(13, ContainerConfigWriter.WriteList(record.Arguments));
        row.Bind(14, more.Network);
        row.Bind(15, more.LabelsJson);
        row.Bind(16, more.MountNames);
        row.Bind(17, (long)RestartPolicies.KindOf(record.Config.Restart));
        row.Run();

        using Statement details = store.Prepare("INSERT INTO container_details(id, config, mounts, kind) VALUES(?, ?, ?, ?)");
        details.Bind(1, record.Id);
        details.Bind(2, ContainerConfigWriter.Write(record.Config));
        details.Bind(3, ContainerConfigWriter.Write(record.Mounts));
        details.Bind(4, (long)record.SnapshotKind);
        details.Run();
    }

    /// <summary>True when a container, whatever its state, has that name.</summary>
    public string? IdOfName(string name)
    {
        using Statement select = store.Prepare("SELECT id FROM containers WHERE name = ?");
        select.Bind(1, name);
        return select.Step() ? select.Text(0) : null;
    }

    /// <summary>Goes to another state.</summary>
    public void SetState(string id, ContainerState state, string bootId)
    {
        using Statement update = store.Prepare("UPDATE containers SET state = ?, boot = ? WHERE id = ?");
        update.Bind(1, (long)state);
        update.Bind(2, bootId);
        update.Bind(3, id);
        update.Run();
    }

    /// <summary>Goes from one state to another, in the same boot; false where it is in neither.</summary>
    public bool TrySetState(string id, ContainerState from, ContainerState to)
    {
        using Statement update = store.Prepare("UPDATE containers SET state = ? WHERE id = ? AND state = ? RETURNING id");
        update.Bind(1, (long)to);
        update.Bind(2, id);
        update.Bind(3, (long)from);
        bool isSet = update.Step();
        update.Run();
        return isSet;
    }

    /// <summary>Whether it goes with its end.</summary>
    public void SetVanishing(string id, bool vanishes)
    {
        using Statement update = store.Prepare("UPDATE containers SET auto_remove = ? WHERE id = ?");
        update.Bind(1, vanishes ? 1L : 0);
        update.Bind(2, id);
        update.Run();
    }

    /// <summary>Gets another name.</summary>
    public void SetName(string id, string name)
    {
        using Statement update = store.Prepare("UPDATE containers SET name = ? WHERE id = ?");
        update.Bind(1, name);
        update.Bind(2, id);
        update.Run();
    }

    /// <summary>Its process is there, and runs, or is held.</summary>
    public void SetStarted(string id, string bootId, int pid, long nanoseconds, bool isHeld)
    {
        using Statement update = store.Prepare(
            "UPDATE containers SET state = ?, boot = ?, pid = ?, started = ?, finished = 0, exit_code = 0, oom = 0, error = '' WHERE id = ?");
        update.Bind(1, (long)(isHeld ? ContainerState.Initialized : ContainerState.Running));
        update.Bind(2, bootId);
        update.Bind(3, (long)pid);
        update.Bind(4, nanoseconds);
        update.Bind(5, id);
        update.Run();
    }

    /// <summary>It ended.</summary>
    public void SetExited(string id, ContainerExit exit)
    {
        using Statement update = store.Prepare("UPDATE containers SET state = ?, pid = 0, finished = ?, exit_code = ?, oom = ?, health = 0 WHERE id = ?");
        update.Bind(1, (long)ContainerState.Exited);
        update.Bind(2, exit.FinishedNanoseconds);
        update.Bind(3, exit.ExitCode);
        update.Bind(4, exit.OomKilled ? 1L : 0);
        update.Bind(5, id);
        update.Run();
    }

    /// <summary>A person starts it: what the policy had counted is forgotten.</summary>
    public void SetStartingAnew(string id, string bootId)
    {
        using Statement update = store.Prepare("UPDATE containers SET state = ?, boot = ?, stopped = 0, restarts = 0, delay = 0 WHERE id = ?");
        update.Bind(1, (long)ContainerState.Starting);
        update.Bind(2, bootId);
        update.Bind(3, id);
        update.Run();
    }

    /// <summary>Gets another configuration.</summary>
    public void SetConfig(string id, ContainerConfig config)
    {
        using Statement details = store.Prepare("UPDATE container_details SET config = ? WHERE id = ?");
        details.Bind(1, ContainerConfigWriter.Write(config));
        details.Bind(2, id);
        details.Run();
        using Statement row = store.Prepare("UPDATE containers SET policy = ? WHERE id = ?");
        row.Bind(1, (long)RestartPolicies.KindOf(config.Restart));
        row.Bind(2, id);
        row.Run();
    }

    /// <summary>What its health check found.</summary>
    public void SetHealth(string id, HealthState health)
    {
        using Statement update = store.Prepare("UPDATE containers SET health = ? WHERE id = ?");
        update.Bind(1, (long)health);
        update.Bind(2, id);
        update.Run();
    }

    /// <summary>A person asks for its end.</summary>
    public void SetStopped(string id, bool isStopped = true)
    {
        using Statement update = store.Prepare("UPDATE containers SET stopped = ? WHERE id = ?");
        update.Bind(1, isStopped ? 1L : 0L);
        update.Bind(2, id);
        update.Run();
    }

    /// <summary>It ended, and its policy starts it again after <paramref name="delay"/>.</summary>
    public void SetRestarting(string id, TimeSpan delay)
    {
        using Statement update = store.Prepare("UPDATE containers SET state = ?, restarts = restarts + 1, delay = ? WHERE id = ?");
        update.Bind(1, (long)ContainerState.Restarting);
        update.Bind(2, delay.Ticks * TimeSpan.NanosecondsPerTick);
        update.Bind(3, id);
        update.Run();
    }

    /// <summary>Ids of those whose policy may start them, in the order of their making.</summary>
    public List<string> ListWithPolicy()
    {
        using Statement select = store.Prepare("SELECT id FROM containers WHERE policy <> 0 ORDER BY created");
        List<string> found = [];
        while (select.Step()) { found.Add(select.Text(0)); }

        return found;
    }

    /// <summary>A start failed: it stays as it was made, with the reason. Docker shows the exit status of the failure.</summary>
    public void SetFailed(string id, string error, int exitStatus)
    {
        using Statement update = store.Prepare("UPDATE containers SET state = ?, pid = 0, error = ?, exit_code = ? WHERE id = ?");
        update.Bind(1, (long)ContainerState.Created);
        update.Bind(2, error);
        update.Bind(3, (long)exitStatus);
        update.Bind(4, id);
        update.Run();
    }

    /// <summary>Takes the rows away.</summary>
    public void Delete(string id)
    {
        foreach (string sql in (ReadOnlySpan<string>)
            ["DELETE FROM containers WHERE id = ?", "DELETE FROM container_details WHERE id = ?", "DELETE FROM id_ranges WHERE container = ?",
            "DELETE FROM container_images WHERE container = ?"])
        {
            using Statement delete = store.Prepare(sql);
            delete.Bind(1, id);
            delete.Run();
        }
    }

    /// <summary>By its full id.</summary>
    public ContainerRecord? Find(string id) => One(Record + "c.id = ?", id);

    /// <summary>By its name, those that are being made excepted.</summary>
    public ContainerRecord? FindByName(string name) => One(Record + "c.name = ? AND c.state <> 0", name);

    /// <summary>The name of a container that requires another one; null: there is none.</summary>
    public string? RequiringOf(string id)
    {
        using Statement select = store.Prepare(Record + "instr(CAST(d.config AS TEXT), ?) > 0");
        select.Bind(1, id);
        while (select.Step())
        {
            ContainerRecord record = Read(select);
            if (record.Config.Requires.Contains(id)) { return record.Name; }
        }

        return null;
    }

    /// <summary>By the beginning of an id: two at most, which is enough to know that it is ambiguous.</summary>
    public IReadOnlyList<ContainerRecord> FindByPrefix(string prefix)
    {
        using Statement select = store.Prepare(Record + "c.id >= ? AND c.id < ? AND c.state <> 0 LIMIT 2");
        select.Bind(1, prefix);
        select.Bind(2, prefix + "g"); // ids are hexadecimal
        List<ContainerRecord> found = [];
        while (select.Step()) { found.Add(Read(select)); }

        return found;
    }

    /// <summary>All, or those that run.</summary>
    public List<ContainerSummary> List(bool all)
    {
        using Statement select = store.Prepare(all ? Summary + " WHERE state <> 0" : Summary + " WHERE state NOT IN (1, 6) AND state IN (3, 4, 5)");
        List<ContainerSummary> found = [];
        while (select.Step()) { found.Add(ReadSummary(select, found.LastOrDefault())); }

        return found;
    }

    /// <summary>Ids, states and boots of those that are neither merely created nor ended.</summary>
    public List<(string Id, ContainerState State, string BootId)> ListActive()
    {
        using Statement select = store.Prepare("SELECT id, state, boot FROM containers WHERE state NOT IN (1, 6)");
        List<(string, ContainerState, string)> found = [];
        while (select.Step()) { found.Add((select.Text(0), (ContainerState)select.Number(1), select.Text(2))); }

        return found;
    }

    private ContainerRecord? One(string sql, string key)
    {
        using Statement select = store.Prepare(sql);
        select.Bind(1, key);
        return select.Step() ? Read(select) : null;
    }

    private static ContainerRecord Read(Statement row) => new()
    {
        Id = row.Text(0),
        Name = row.Text(1),
        State = (ContainerState)row.Number(2),
        BootId = row.Text(3),
        CgroupPath = row.Text(4),
        Snapshot = row.Number(5),
        Pid = (int)row.Number(6),
        CreatedNanoseconds = row.Number(7),
        StartedNanoseconds = row.Number(8),
        FinishedNanoseconds = row.Number(9),
        ExitCode = row.IsNull(10) ? null : (int)row.Number(10),
        OomKilled = row.Number(11) != 0,
        Error = row.Text(12),
        RestartCount = (int)row.Number(13),
        ImageId = row.Text(14),
        ManifestDigest = row.Text(15),
        Arguments = ContainerConfigReader.ReadList(row.Text(16)),
        Config = ContainerConfigReader.Read(row.Bytes(17), row.Text(0)),
        Mounts = ContainerConfigReader.ReadMounts(row.Bytes(18)),
        SnapshotKind = (SnapshotKind)row.Number(19),
        Vanishes = row.Number(20) != 0,
        IsStopped = row.Number(21) != 0,
        RestartDelayNanoseconds = row.Number(22),
        Health = (HealthState)row.Number(23),
    };

    private static ContainerSummary ReadSummary(Statement row, ContainerSummary? before) => new()
    {
        Id = row.Text(0),
        Name = row.Text(1),
        State = (ContainerState)row.Number(2),
        BootId = row.Text(3, before?.BootId),
        CreatedNanoseconds = row.Number(4),
        StartedNanoseconds = row.Number(5),
        FinishedNanoseconds = row.Number(6),
        ExitCode = row.IsNull(7) ? null : (int)row.Number(7),
        Image = row.Text(8, before?.Image),
        ImageId = row.Text(9, before?.ImageId),
        ArgumentsJson = row.Text(10, before?.ArgumentsJson),
        Network = row.Text(11, before?.Network),
        LabelsJson = row.Text(12, before?.LabelsJson),
        Mounts = row.Text(13, before?.Mounts),
        Health = (HealthState)row.Number(14),
    };
}

/// <summary>What a new row has besides its record.</summary>
/// <param name="ChainId">Chain id of the image's top layer, or empty.</param>
/// <param name="Network">The network's name.</param>
/// <param name="LabelsJson">Labels with the image's: a JSON object of strings, or empty.</param>
/// <param name="MountNames">Names of volumes and sources of binds, joined by commas.</param>
internal sealed record NewContainer(string ChainId, string Network, string LabelsJson, string MountNames);
