using Inro.Engine.Events;
using Inro.Engine.Metadata;
using Inro.Images;
using Inro.Spec;

namespace Inro.Engine.Images;

/// <summary>What is remembered of an image besides what it is.</summary>
/// <param name="UsedNanoseconds">When it was used last, since 1970 UTC.</param>
/// <param name="IsPinned">Whether it stays whatever a policy says.</param>
internal readonly record struct ImageMark(long UsedNanoseconds, bool IsPinned);

/// <content>Last uses and pins.</content>
internal sealed partial class ImageTable
{
    /// <summary>How exact the last use is: of many containers of one image made in a row, the first alone writes.</summary>
    private const long UseStepNanoseconds = 60_000_000_000;

    private const string MarkColumns = "SELECT manifest, used, pinned FROM image_marks";

    /// <summary>The marks of all images, by their manifests.</summary>
    public IReadOnlyDictionary<string, ImageMark> ListMarks() => store.Read(() =>
    {
        using Statement select = store.Prepare(MarkColumns);
        return Marks(select);
    });

    private Dictionary<string, ImageMark> MarksOf(Digest manifest)
    {
        using Statement select = store.Prepare(MarkColumns + " WHERE manifest = ?");
        select.Bind(1, manifest.ToString());
        return Marks(select);
    }

    private static Dictionary<string, ImageMark> Marks(Statement select)
    {
        Dictionary<string, ImageMark> marks = new(StringComparer.Ordinal);
        while (select.Step()) { marks[select.Text(0)] = new ImageMark(select.Number(1), select.Number(2) != 0); }

        return marks;
    }

    /// <summary>Pins an image, or lets it go; false where it was so already.</summary>
    public bool SetPinned(string manifest, string id, bool isPinned)
    {
        bool isChanged = store.Write(() =>
        {
            using Statement update = store.Prepare("UPDATE image_marks SET pinned = ?1 WHERE manifest = ?2 AND pinned <> ?1 RETURNING manifest");
            update.Bind(1, isPinned ? 1L : 0);
            update.Bind(2, manifest);
            if (!update.Step()) { return false; }

            update.Run();
            events.Add(clock.NowNanoseconds(), "image", isPinned ? "pin" : "unpin", id, EventAttributes.Of("name", id));
            return true;
        });
        if (isChanged) { Changed([], [Digest.Parse(manifest)]); }

        return isChanged;
    }

    /// <summary>Notes that a container is made of it. Inside the transaction that makes the container's row.</summary>
    internal void NoteUse(string manifest)
    {
        long now = clock.NowNanoseconds();
        using Statement update = store.Prepare("UPDATE image_marks SET used = ? WHERE manifest = ? AND used < ?");
        update.Bind(1, now);
        update.Bind(2, manifest);
        update.Bind(3, now - UseStepNanoseconds);
        update.Run();
    }

    /// <summary>
    /// Takes all rows of an image away, unless a container needs it or it is pinned now; null: it stays. One transaction, so that no container is made
    /// of an image that is just going.
    /// </summary>
    public IReadOnlyList<ImageRecord>? RemoveUnneeded(Digest manifest)
    {
        List<ImageRecord>? removed = store.Write(() =>
        {
            string key = manifest.ToString();
            if (HasRow("SELECT 1 FROM images i WHERE i.manifest = ? AND (EXISTS(SELECT 1 FROM containers c WHERE c.image_id = i.config) OR EXISTS(SELECT 1 FROM container_images u WHERE u.image = i.config))", key)
                || HasRow("SELECT 1 FROM image_marks WHERE manifest = ? AND pinned <> 0", key))
            {
                return null;
            }

            List<ImageRecord> rows = RowsOf(manifest);
            long now = clock.NowNanoseconds();
            Run("DELETE FROM images WHERE manifest = ?", key);
            ForgetMark(key);
            foreach (ImageRecord row in rows) { events.Add(now, "image", row.Reference is null ? "delete" : "untag", row.Config.ToString(), EventAttributes.Of("name", row.Config.ToString())); }

            return rows;
        });
        if (removed is not null) { Changed([], [manifest]); }

        return removed;
    }

    /// <summary>Config digests of the images that containers are made of.</summary>
    public IReadOnlySet<string> UsedImages() => store.Read(() =>
    {
        HashSet<string> used = new(StringComparer.Ordinal);
        using Statement select = store.Prepare("SELECT image_id FROM containers UNION SELECT image FROM container_images");
        while (select.Step()) { used.Add(select.Text(0)); }

        return used;
    });

    private void Mark(string manifest)
    {
        using Statement insert = store.Prepare("INSERT INTO image_marks(manifest, used, pinned) VALUES(?, ?, 0) ON CONFLICT(manifest) DO UPDATE SET used = excluded.used");
        insert.Bind(1, manifest);
        insert.Bind(2, clock.NowNanoseconds());
        insert.Run();
    }

    private void ForgetMark(string manifest) => Run("DELETE FROM image_marks WHERE manifest = ?1 AND NOT EXISTS(SELECT 1 FROM images WHERE manifest = ?1)", manifest);
}
