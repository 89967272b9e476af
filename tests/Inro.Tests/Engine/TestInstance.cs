using Inro.Engine;
using Inro.Engine.Containers;
using Inro.Engine.Images;
using Inro.Engine.Metadata;
using Inro.Images;
using Inro.Spec;

namespace Inro.Tests.Engine;

/// <summary>An instance in a temporary directory with one image of one layer; its processes are pretended.</summary>
internal sealed class TestInstance : IDisposable
{
    public const string ImageName = "docker.io/library/busybox:latest";

    private const string ImageConfig =
        """
        {"architecture":"amd64","os":"linux","config":{"Env":["PATH=/bin"],"Cmd":["sh"],"Labels":{"from":"image"}},"rootfs":{"type":"layers","diff_ids":[]}}
        """;

    private readonly string directory = Directory.CreateTempSubdirectory("inro-state-").FullName;

    public TestInstance()
    {
        Paths = InstancePaths.Of(directory + "/root", 0, _ => null);
        InstanceDirectories.Prepare(Paths);
        using MetadataStore store = MetadataStore.Open(Paths.Database);
        AddImage(store, ImageName, ImageConfig);
    }

    public InstancePaths Paths { get; }

    public PretendedProcesses Processes { get; } = new();

    public Session Open(Action<string>? reached = null, IdRangePools? pools = null) => new(this, reached, pools);

    public void AddImage(MetadataStore store, string name, string config)
    {
        var digest = Digest.Sha256(System.Text.Encoding.UTF8.GetBytes(config));
        Directory.CreateDirectory($"{Paths.Blobs}/sha256");
        File.WriteAllText($"{Paths.Blobs}/sha256/{digest.Hex}", config);
        IImageMetadata table = new ImageService(Paths, store).Metadata;
        long snapshot = table.TakeSnapshotNumber();
        Directory.CreateDirectory($"{Paths.Snapshots}/{snapshot}/fs/etc");
        var chain = Digest.Sha256([(byte)snapshot]);
        table.Commit(
            [new LayerRecord { ChainId = chain, DiffId = chain, Snapshot = snapshot, SizeBytes = 1 }],
            [new ImageRecord { Reference = name, Manifest = Digest.Sha256("m"u8), Config = digest, ChainId = chain, SizeBytes = 1, Blobs = [digest] }]);
    }

    /// <summary>Everything that is on disk or in rows besides the image, for comparison.</summary>
    public List<string> Leftovers()
    {
        List<string> left = [];
        left.AddRange(Directory.EnumerateFileSystemEntries(Paths.Containers));
        left.AddRange(Directory.EnumerateFileSystemEntries(Paths.Snapshots).Where(s => Path.GetFileName(s) != "1"));
        left.AddRange(Directory.EnumerateFileSystemEntries(Paths.Run + "/containers"));
        left.AddRange(Directory.EnumerateFileSystemEntries(Paths.Locks));
        left.AddRange(Directory.EnumerateFileSystemEntries(Paths.Volumes));
        left.AddRange(Processes.Cgroups.Select(c => "cgroup " + c));
        using MetadataStore store = MetadataStore.Open(Paths.Database);
        left.AddRange(store.Read(() =>
        {
            List<string> rows = [];
            foreach (string table in (string[])["containers", "container_details", "container_volumes", "volumes", "volume_mounts", "container_images", "id_ranges"])
            {
                using Statement count = store.Prepare($"SELECT count(*) FROM {table}");
                if (count.Step() && count.Number(0) > 0) { rows.Add($"{count.Number(0)} rows in {table}"); }
            }

            return rows;
        }));
        return left;
    }

    public void Dispose() => Directory.Delete(directory, recursive: true);

    /// <summary>One command's view: its own connection and service.</summary>
    internal sealed class Session : IDisposable
    {
        public Session(TestInstance instance, Action<string>? reached, IdRangePools? pools)
        {
            Store = MetadataStore.Open(instance.Paths.Database);
            Images = new ImageService(instance.Paths, Store);
            var seams = new ContainerSeams { Processes = instance.Processes, Reached = reached ?? (_ => { }) };
            Containers = new ContainerService(instance.Paths, Store, Images, pools is null ? seams : seams with { IdPools = _ => pools });
        }

        public MetadataStore Store { get; }

        public ImageService Images { get; }

        public ContainerService Containers { get; }

        public void Dispose()
        {
            Containers.Dispose();
            Store.Dispose();
        }
    }
}
