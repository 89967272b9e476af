using System.Globalization;
using Inro.Engine.Events;
using Inro.Engine.Images;
using Inro.Engine.Metadata;
using Inro.Images;
using Inro.Images.Checks;
using Inro.Images.Content;
using Inro.Images.Snapshots;
using Inro.Images.Transfers;
using Inro.Linux.Files;
using Inro.Spec;

namespace Inro.Engine.Checks;

/// <summary>Makes the database anew out of what is on the disk: images from their blobs and <see cref="StoreIndex"/>, volumes from their directories.</summary>
/// <remarks>It is made under another name, and gets its own at the end: a kill in between leaves a store that still says that its database is lost.</remarks>
/// <param name="paths">The instance.</param>
/// <param name="options">How layers are unpacked.</param>
internal sealed class LostDatabase(InstancePaths paths, TransferOptions options)
{
    private const int NameDigits = 64;
    private static readonly TimeSpan LockDeadline = TimeSpan.FromMinutes(1);

    private string Temporary => paths.Database + "-rebuild";

    /// <summary>True where there is no database, and something that one has known.</summary>
    public static bool IsLost(InstancePaths paths) =>
        !File.Exists(paths.Database) && (File.Exists($"{paths.Root}/{StoreIndex.FileName}")
            || (Directory.Exists(paths.Blobs) && Directory.EnumerateFiles(paths.Blobs, "*", SearchOption.AllDirectories).Any())
            || (Directory.Exists(paths.Containers) && Directory.EnumerateDirectories(paths.Containers).Any()));

    /// <summary>What every other command says.</summary>
    public static EngineException Failure(InstancePaths paths) => new(
        ErrorCode.DataLoss,
        $"the database {paths.Database} is missing, and there are images or containers in {paths.Root}",
        "inro system check --repair makes it anew out of what is there; or put it back from a backup");

    /// <summary>Puts a database that cannot be read aside.</summary>
    public static StoreProblem SetAside(InstancePaths paths, string why)
    {
        string aside = $"{paths.Database}.damaged-{TimeProvider.System.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)}";
        foreach (string part in (ReadOnlySpan<string>)["-wal", "-shm", ""])
        {
            if (File.Exists(paths.Database + part)) { File.Move(paths.Database + part, aside + part, overwrite: true); }
        }

        var problem = new StoreProblem($"database: {why}");
        problem.Repaired($"put aside as {Path.GetFileName(aside)}");
        return problem;
    }

    /// <summary>Makes it.</summary>
    public IReadOnlyList<StoreProblem> Rebuild(CancellationToken ct)
    {
        var lost = new StoreProblem("database: it is missing");
        List<StoreProblem> problems = [lost];
        using DirFd root = DirFd.Open(paths.Root);
        using FileLock alone = FileLock.Acquire(root, StoreLock.FileName, shared: false, LockDeadline);
        RemoveTemporary();
        int images;
        int volumes;
        using (MetadataStore store = MetadataStore.Open(Temporary))
        {
            var table = new ImageTable(store, new EventLog(store, paths.EventBell), TimeProvider.System) { Action = "repair" };
            CountSnapshots(store, new SnapshotStore(root, paths.Root));
            volumes = AddVolumes(store);
            images = AddImages(root, table, problems, ct);
            store.Run("PRAGMA wal_checkpoint(TRUNCATE)");
        }

        File.Delete(Temporary + "-shm");
        File.Delete(Temporary + "-wal"); // written back: it is empty
        File.Delete(Temporary + "-reserve");
        File.Move(Temporary, paths.Database);
        root.Flush();
        lost.Repaired($"made anew: {images} images, {volumes} volumes");
        return problems;
    }

    private void RemoveTemporary()
    {
        foreach (string part in (ReadOnlySpan<string>)["", "-wal", "-shm", "-reserve"])
        {
            File.Delete(Temporary + part);
            if (part is "-wal" or "-shm") { File.Delete(paths.Database + part); } // of the lost one: SQLite must not take them for the new one's
        }
    }

    /// <summary>Directories of lost layers and of containers stay until somebody knows that nobody needs them: new numbers begin above them.</summary>
    private static void CountSnapshots(MetadataStore store, SnapshotStore snapshots)
    {
        IReadOnlyList<long> there = snapshots.List();
        if (there.Count == 0) { return; }

        store.Write(() =>
        {
            using Statement update = store.Prepare("UPDATE counters SET value = ? WHERE name = 'snapshot'");
            update.Bind(1, there[^1]);
            update.Run();
        });
    }

    private int AddVolumes(MetadataStore store)
    {
        if (!Directory.Exists(paths.Volumes)) { return 0; }

        string[] names = [.. Directory.EnumerateDirectories(paths.Volumes).Select(static d => Path.GetFileName(d)).Where(n => Directory.Exists(paths.VolumeData(n)))];
        store.Write(() =>
        {
            foreach (string name in names)
            {
                bool isAnonymous = name.Length == NameDigits && name.All(char.IsAsciiHexDigitLower);
                using Statement insert = store.Prepare("INSERT INTO volumes(name, driver, created, anonymous, ready, labels, options) VALUES(?, 'local', ?, ?, 1, '', '')");
                insert.Bind(1, name);
                insert.Bind(2, ToNanoseconds(Directory.GetLastWriteTimeUtc(paths.VolumeData(name))));
                insert.Bind(3, isAnonymous ? 1L : 0);
                insert.Run();
            }
        });
        return names.Length;
    }

    private int AddImages(DirFd root, ImageTable table, List<StoreProblem> problems, CancellationToken ct)
    {
        var content = new ContentStore(root);
        var restorer = new ImageRestorer(root, content, new SnapshotStore(root, paths.Root), table);
        IReadOnlyList<IndexedImage> known = new StoreIndex(paths.Root).Read()
            ?? [.. restorer.FindManifests().Select(static m => new IndexedImage(m, null, null, IsPinned: false))];
        int images = 0;
        foreach (IGrouping<(Digest, Digest?), IndexedImage> rows in known.GroupBy(static i => (i.Manifest, i.Target)))
        {
            ct.ThrowIfCancellationRequested();
            IndexedImage image = rows.First();
            string name = image.Reference?.Familiar ?? image.Manifest.ToString();
            try
            {
                restorer.Restore(new RestoredImage { Manifest = image.Manifest, Target = image.Target, References = [.. rows.Select(static r => r.Reference).OfType<ImageReference>()] }, options, ct);
                if (rows.Any(static r => r.IsPinned)) { table.SetPinned(image.Manifest.ToString(), image.Manifest.ToString(), isPinned: true); }

                images++;
            }
            catch (ImageException damaged)
            {
                var problem = new StoreProblem($"image {name}: {damaged.Message}");
                problem.Failed(image.Target is null ? "load it again" : $"inro pull {name}");
                problems.Add(problem);
            }
        }

        return images;
    }

    private static long ToNanoseconds(DateTime time) => (time.Ticks - DateTime.UnixEpoch.Ticks) * 100;
}
