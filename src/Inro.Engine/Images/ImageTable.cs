using Inro.Engine.Events;
using Inro.Engine.Metadata;
using Inro.Images;
using Inro.Spec;

namespace Inro.Engine.Images;

/// <summary>Rows of images and layers: the SQLite form of what the image store remembers.</summary>
internal sealed partial class ImageTable(MetadataStore store, EventLog events, TimeProvider clock) : IImageMetadata
{
    private MetadataStore Store => store;

    private EventLog Events => events;

    private TimeProvider Clock => clock;

    /// <summary>Nanoseconds since 1970.</summary>
    public long NowNanoseconds => clock.NowNanoseconds();

    private const string Columns = "SELECT reference, manifest, config, chain, size, created, blobs, target FROM images ";

    /// <summary>The same rows under another word for what brings them.</summary>
    public ImageTable(ImageTable other, string action)
        : this(other.Store, other.Events, other.Clock)
    {
        Action = action;
        Index = other.Index;
    }

    /// <summary>Where the names are written beside the database; null: nowhere.</summary>
    public StoreIndex? Index { get; init; }

    /// <summary>What <see cref="Commit"/> is called in events: <c>load</c>, <c>pull</c>, <c>tag</c>.</summary>
    public string Action { get; init; } = "load";

    /// <inheritdoc/>
    public long TakeSnapshotNumber() => store.Write(() =>
    {
        using Statement next = store.Prepare("UPDATE counters SET value = value + 1 WHERE name = 'snapshot' RETURNING value");
        return next.Step() ? next.Number(0) : throw new EngineException(ErrorCode.DataLoss, "the counter of snapshots is missing");
    });

    /// <inheritdoc/>
    public ImageRecord? FindImage(string reference) => store.Read(() =>
    {
        using Statement select = store.Prepare(Columns + "WHERE reference = ?");
        select.Bind(1, reference);
        return select.Step() ? Image(select) : null;
    });

    /// <inheritdoc/>
    public IReadOnlyList<ImageRecord> ListImages() => store.Read(() =>
    {
        List<ImageRecord> found = [];
        using Statement select = store.Prepare(Columns + "ORDER BY reference IS NULL, reference, n");
        while (select.Step()) { found.Add(Image(select)); }

        return found;
    });

    /// <summary>Rows whose config digest (the image's id) or manifest digest begins so.</summary>
    /// <param name="prefix">With the algorithm: <c>sha256:ab12</c>.</param>
    public IReadOnlyList<ImageRecord> FindByDigestPrefix(string prefix) => store.Read(() =>
    {
        List<ImageRecord> found = [];
        foreach (string column in (ReadOnlySpan<string>)["config", "manifest"])
        {
            using Statement select = store.Prepare($"{Columns}WHERE {column} >= ? AND {column} < ?");
            select.Bind(1, prefix);
            select.Bind(2, prefix + "g"); // digests are hexadecimal
            while (select.Step()) { found.Add(Image(select)); }

            if (found.Count > 0) { break; }
        }

        return found;
    });

    /// <inheritdoc/>
    public void Commit(IReadOnlyList<LayerRecord> layers, IReadOnlyList<ImageRecord> images)
    {
        store.Write(() =>
        {
            foreach (LayerRecord layer in layers) { Insert(layer); }

            long now = clock.NowNanoseconds();
            foreach (ImageRecord image in images)
            {
                Insert(image);
                string name = image.Reference is null ? image.Config.ToString() : ImageReference.Parse(image.Reference).Familiar;
                events.Add(now, "image", Action, image.Config.ToString(), EventAttributes.Of("name", name));
            }
        });
        Changed([.. images.Select(static i => i.Reference).OfType<string>()], [.. images.Select(static i => i.Manifest)]);
    }

    /// <inheritdoc/>
    public bool RemoveImage(string? reference, Digest manifest)
    {
        bool removed = store.Write(() =>
        {
            using Statement delete = store.Prepare(reference is null
                ? "DELETE FROM images WHERE reference IS NULL AND manifest = ? RETURNING config, manifest"
                : "DELETE FROM images WHERE reference = ? RETURNING config, manifest");
            delete.Bind(1, reference ?? manifest.ToString());
            if (!delete.Step()) { return false; }

            string config = delete.Text(0);
            string marked = delete.Text(1);
            delete.Run();
            ForgetMark(marked);
            events.Add(clock.NowNanoseconds(), "image", reference is null ? "delete" : "untag", config, EventAttributes.Of("name", config));
            return true;
        });
        if (removed) { Changed(reference is null ? [] : [reference], [manifest]); }

        return removed;
    }

    /// <summary>Takes a name away and leaves the image without one; false if nothing had the name.</summary>
    public bool TakeName(string reference)
    {
        bool taken = store.Write(() =>
        {
            using Statement update = store.Prepare("UPDATE images SET reference = NULL, target = NULL WHERE reference = ? RETURNING config");
            update.Bind(1, reference);
            if (!update.Step()) { return false; }

            string config = update.Text(0);
            update.Run();
            events.Add(clock.NowNanoseconds(), "image", "untag", config, EventAttributes.Of("name", config));
            return true;
        });
        if (taken) { Changed([reference], []); }

        return taken;
    }

    /// <inheritdoc/>
    public IReadOnlySet<Digest> KnownBlobs() => store.Read(() =>
    {
        HashSet<Digest> known = [];
        using Statement select = store.Prepare("SELECT blobs FROM images UNION SELECT item FROM leases WHERE expires > ? AND item LIKE '%:%'");
        select.Bind(1, clock.NowNanoseconds());
        while (select.Step())
        {
            foreach (Digest blob in Digests(select.Text(0))) { known.Add(blob); }
        }

        return known;
    });

    /// <inheritdoc/>
    public void Lease(string owner, IReadOnlyCollection<Digest> blobs, TimeSpan duration) => store.Write(() =>
    {
        long now = clock.NowNanoseconds();
        using Statement ended = store.Prepare("DELETE FROM leases WHERE expires <= ?");
        ended.Bind(1, now);
        ended.Run();
        foreach (Digest blob in blobs)
        {
            using Statement insert = store.Prepare("INSERT OR REPLACE INTO leases(id, item, expires) VALUES(?, ?, ?)");
            insert.Bind(1, owner);
            insert.Bind(2, blob.ToString());
            insert.Bind(3, now + ((long)duration.TotalSeconds * 1_000_000_000));
            insert.Run();
        }
    });

    /// <inheritdoc/>
    public void EndLease(string owner) => store.Write(() => Run("DELETE FROM leases WHERE id = ?", owner));

    /// <summary>Writes the file beside the database anew.</summary>
    internal void WriteIndex() => Index?.Write(Indexed);

    /// <summary>After a change of images: the file beside the database, and those who follow events.</summary>
    /// <param name="references">Names that have come, gone, or mean another image.</param>
    /// <param name="manifests">Images that have changed otherwise.</param>
    private void Changed(IReadOnlyCollection<string> references, IReadOnlyCollection<Digest> manifests)
    {
        if (references.Count + manifests.Count > 0) { Index?.Update(references, manifests, Indexed, IndexedOf); }

        events.Ring();
    }

    private IReadOnlyList<IndexedImage> Indexed() => store.Read(() => StoreIndex.Of(ListImages(), ListMarks()));

    private IReadOnlyList<IndexedImage> IndexedOf(Digest manifest) => store.Read(() => StoreIndex.Of(RowsOf(manifest), MarksOf(manifest)));

    private List<ImageRecord> RowsOf(Digest manifest)
    {
        using Statement select = store.Prepare(Columns + "WHERE manifest = ? ORDER BY reference");
        select.Bind(1, manifest.ToString());
        List<ImageRecord> rows = [];
        while (select.Step()) { rows.Add(Image(select)); }

        return rows;
    }

    private void Insert(ImageRecord image)
    {
        string manifest = image.Manifest.ToString();
        if (image.Reference is null)
        {
            if (HasRow("SELECT 1 FROM images WHERE manifest = ?", manifest))
            {
                Mark(manifest);
                return;
            }
        }
        else
        {
            Unname(image.Reference, manifest);
            Run("DELETE FROM images WHERE reference IS NULL AND manifest = ?", manifest);
            Run("DELETE FROM images WHERE reference = ?", image.Reference);
        }

        using Statement insert = store.Prepare("INSERT INTO images(reference, manifest, config, chain, size, created, blobs, target) VALUES(?, ?, ?, ?, ?, ?, ?, ?)");
        insert.Bind(1, image.Reference);
        insert.Bind(2, manifest);
        insert.Bind(3, image.Config.ToString());
        insert.Bind(4, image.ChainId?.ToString());
        insert.Bind(5, image.SizeBytes);
        if (image.Created is { } created) { insert.Bind(6, created.ToNanoseconds()); }

        insert.Bind(7, string.Join(' ', image.Blobs));
        insert.Bind(8, image.Target?.ToString());
        insert.Run();
        Mark(manifest);
    }

    /// <summary>The image that had the reference stays, without a name, unless it has another row.</summary>
    private void Unname(string reference, string newManifest)
    {
        using Statement update = store.Prepare(
            "UPDATE images SET reference = NULL WHERE reference = ? AND manifest <> ? " +
            "AND NOT EXISTS(SELECT 1 FROM images o WHERE o.manifest = images.manifest AND o.n <> images.n)");
        update.Bind(1, reference);
        update.Bind(2, newManifest);
        update.Run();
    }

    private bool HasRow(string sql, string key)
    {
        using Statement select = store.Prepare(sql);
        select.Bind(1, key);
        return select.Step();
    }

    private void Run(string sql, string key)
    {
        using Statement statement = store.Prepare(sql);
        statement.Bind(1, key);
        statement.Run();
    }

    private static ImageRecord Image(Statement row) => new()
    {
        Reference = row.IsNull(0) ? null : row.Text(0),
        Manifest = Digest.Parse(row.Text(1)),
        Config = Digest.Parse(row.Text(2)),
        ChainId = row.IsNull(3) ? null : Digest.Parse(row.Text(3)),
        SizeBytes = row.Number(4),
        Created = row.IsNull(5) ? null : DateTimeOffset.UnixEpoch.AddTicks(row.Number(5) / 100),
        Blobs = [.. Digests(row.Text(6))],
        Target = row.IsNull(7) ? null : Digest.Parse(row.Text(7)),
    };

    private static IEnumerable<Digest> Digests(string joined) => joined.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Digest.Parse);
}
