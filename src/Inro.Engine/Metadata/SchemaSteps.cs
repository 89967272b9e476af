namespace Inro.Engine.Metadata;

/// <summary>The steps of <see cref="Schema"/>.</summary>
/// <remarks>
/// Times are nanoseconds since 1970. Lists (<c>ps</c>) read <c>containers</c> alone; what only <c>inspect</c> and <c>start</c> need is in
/// <c>container_details</c>. Pages that a commit touches are what a start costs, so no index is there for a rare question.
/// </remarks>
internal static class SchemaSteps
{
    public const string First =
        """
        CREATE TABLE counters(name TEXT NOT NULL PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
        INSERT INTO counters(name, value) VALUES('snapshot', 0);

        CREATE TABLE containers(
            id TEXT NOT NULL PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            state INTEGER NOT NULL,
            boot TEXT NOT NULL,
            cgroup TEXT NOT NULL,
            snapshot INTEGER NOT NULL,
            pid INTEGER NOT NULL DEFAULT 0,
            created INTEGER NOT NULL,
            started INTEGER NOT NULL DEFAULT 0,
            finished INTEGER NOT NULL DEFAULT 0,
            exit_code INTEGER DEFAULT 0,
            oom INTEGER NOT NULL DEFAULT 0,
            error TEXT NOT NULL DEFAULT '',
            restarts INTEGER NOT NULL DEFAULT 0,
            auto_remove INTEGER NOT NULL,
            image TEXT NOT NULL,
            image_id TEXT NOT NULL,
            manifest TEXT NOT NULL,
            chain TEXT NOT NULL,
            arguments TEXT NOT NULL,
            network TEXT NOT NULL,
            labels TEXT NOT NULL,
            mounts TEXT NOT NULL) WITHOUT ROWID;
        CREATE INDEX containers_active ON containers(state) WHERE state NOT IN (1, 6);

        CREATE TABLE container_details(
            id TEXT NOT NULL PRIMARY KEY,
            config BLOB NOT NULL,
            mounts BLOB NOT NULL) WITHOUT ROWID;

        CREATE TABLE layers(
            chain TEXT NOT NULL PRIMARY KEY,
            parent TEXT,
            diff TEXT NOT NULL,
            snapshot INTEGER NOT NULL UNIQUE,
            size INTEGER NOT NULL) WITHOUT ROWID;

        CREATE TABLE images(
            n INTEGER PRIMARY KEY,
            reference TEXT UNIQUE,
            manifest TEXT NOT NULL,
            config TEXT NOT NULL,
            chain TEXT,
            size INTEGER NOT NULL,
            created INTEGER,
            blobs TEXT NOT NULL);
        CREATE INDEX images_config ON images(config);
        CREATE INDEX images_manifest ON images(manifest);

        CREATE TABLE leases(id TEXT NOT NULL, item TEXT NOT NULL, expires INTEGER NOT NULL, PRIMARY KEY(id, item)) WITHOUT ROWID;

        CREATE TABLE volumes(
            name TEXT NOT NULL PRIMARY KEY,
            driver TEXT NOT NULL,
            created INTEGER NOT NULL,
            anonymous INTEGER NOT NULL,
            ready INTEGER NOT NULL,
            labels TEXT NOT NULL,
            options TEXT NOT NULL) WITHOUT ROWID;

        CREATE TABLE container_volumes(
            container TEXT NOT NULL,
            volume TEXT NOT NULL,
            PRIMARY KEY(container, volume)) WITHOUT ROWID;
        CREATE INDEX container_volumes_volume ON container_volumes(volume);

        CREATE TABLE events(
            n INTEGER PRIMARY KEY,
            time INTEGER NOT NULL,
            type TEXT NOT NULL,
            action TEXT NOT NULL,
            actor TEXT NOT NULL,
            attributes TEXT NOT NULL);
        """;

    /// <summary>Host ids of containers with a user namespace of their own.</summary>
    public const string IdRanges =
        """
        CREATE TABLE id_ranges(
            container TEXT NOT NULL PRIMARY KEY,
            users INTEGER NOT NULL UNIQUE,
            groups INTEGER NOT NULL UNIQUE,
            size INTEGER NOT NULL) WITHOUT ROWID;
        """;

    /// <summary>What the names of images stand for at their registries.</summary>
    public const string ImageTargets = "ALTER TABLE images ADD COLUMN target TEXT;";

    /// <summary>When each image was used last, and which must stay whatever a policy says.</summary>
    public const string ImageMarks =
        """
        CREATE TABLE image_marks(
            manifest TEXT NOT NULL PRIMARY KEY,
            used INTEGER NOT NULL,
            pinned INTEGER NOT NULL) WITHOUT ROWID;
        INSERT INTO image_marks(manifest, used, pinned) SELECT DISTINCT manifest, CAST(strftime('%s', 'now') AS INTEGER) * 1000000000, 0 FROM images;
        """;

    /// <summary>Restarting by policy, and what health checks found. <c>policy</c> is there so that what starts at boot is found without reading every configuration.</summary>
    public const string Lifecycle =
        """
        ALTER TABLE containers ADD COLUMN policy INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE containers ADD COLUMN stopped INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE containers ADD COLUMN delay INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE containers ADD COLUMN health INTEGER NOT NULL DEFAULT 0;
        CREATE INDEX containers_policy ON containers(policy) WHERE policy <> 0;
        """;

    /// <summary>What the snapshot of each container is; those before this step are overlays.</summary>
    public const string SnapshotKinds = "ALTER TABLE container_details ADD COLUMN kind INTEGER NOT NULL DEFAULT 0;";

    /// <summary>Owners of volumes, what of volumes is mounted for whom in which boot, the images that containers mount besides their own, and secrets.</summary>
    public const string VolumesAndSecrets =
        """
        ALTER TABLE volumes ADD COLUMN uid INTEGER;
        ALTER TABLE volumes ADD COLUMN gid INTEGER;

        CREATE TABLE volume_mounts(
            holder TEXT NOT NULL,
            volume TEXT NOT NULL,
            boot TEXT NOT NULL,
            PRIMARY KEY(holder, volume)) WITHOUT ROWID;
        CREATE INDEX volume_mounts_volume ON volume_mounts(volume);

        CREATE TABLE container_images(container TEXT NOT NULL, image TEXT NOT NULL, PRIMARY KEY(container, image)) WITHOUT ROWID;

        CREATE TABLE secrets(
            id TEXT NOT NULL PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            driver TEXT NOT NULL,
            created INTEGER NOT NULL,
            updated INTEGER NOT NULL,
            labels TEXT NOT NULL,
            options TEXT NOT NULL) WITHOUT ROWID;
        """;
}
