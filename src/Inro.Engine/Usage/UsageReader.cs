using System.Globalization;
using System.Text;
using Inro.Engine.Containers;
using Inro.Engine.Images;
using Inro.Engine.Metadata;
using Inro.Linux.Files;

namespace Inro.Engine.Usage;

/// <summary>Looks at every file of an instance and says whose it is.</summary>
/// <param name="paths">The instance.</param>
/// <param name="store">Its database.</param>
/// <param name="images">Its images.</param>
public sealed class UsageReader(InstancePaths paths, MetadataStore store, ImageService images)
{
    /// <summary>Reads everything; takes a look at each file.</summary>
    /// <param name="containers">All containers.</param>
    public UsageReport Read(IReadOnlyList<ContainerSummary> containers)
    {
        StoreUsage usage = images.ReadUsage();
        IReadOnlyList<ImageSummary> all = images.List();
        IReadOnlySet<string> used = images.UsedImages();
        return new UsageReport
        {
            Images = [.. all.Select(i => new ImageUsage(
                i, usage.BytesOf(i.ManifestDigest), usage.BytesOnlyOf(new HashSet<string>(StringComparer.Ordinal) { i.ManifestDigest }), containers.Count(c => c.ImageId == i.Id)))],
            ImageBytes = usage.TotalBytes,
            ReclaimableImageBytes = usage.BytesOnlyOf(all.Where(i => !i.IsPinned && !used.Contains(i.Id)).Select(static i => i.ManifestDigest).ToHashSet(StringComparer.Ordinal)),
            Containers = ReadContainers(containers),
            Volumes = ReadVolumes(),
        };
    }

    /// <summary>What a container has written into its layer, and that with the layers of its image: docker's two sizes. Looks at each file of the former.</summary>
    /// <param name="id">Full id.</param>
    public (long Own, long Total) SizesOf(string id)
    {
        (long snapshot, string image) = store.Read(() =>
        {
            using Statement select = store.Prepare("SELECT snapshot, image_id FROM containers WHERE id = ?");
            select.Bind(1, id);
            return select.Step() ? (select.Number(0), select.Text(1)) : (0, "");
        });
        using DirFd root = DirFd.Open(paths.Root);
        long own = snapshot == 0 ? 0 : InDirectory(root, "snapshots/" + snapshot.ToString(CultureInfo.InvariantCulture), "fs", new DiskUsage());
        return (own, own + (images.TryResolve(image)?.SizeBytes ?? 0));
    }

    private List<ContainerUsage> ReadContainers(IReadOnlyList<ContainerSummary> containers)
    {
        Dictionary<string, (long Snapshot, int Volumes)> rows = store.Read(() =>
        {
            Dictionary<string, (long, int)> found = new(StringComparer.Ordinal);
            using Statement select = store.Prepare("SELECT id, snapshot, (SELECT count(*) FROM container_volumes v WHERE v.container = c.id) FROM containers c");
            while (select.Step()) { found[select.Text(0)] = (select.Number(1), (int)select.Number(2)); }

            return found;
        });
        using DirFd root = DirFd.Open(paths.Root);
        var disk = new DiskUsage();
        List<ContainerUsage> usage = [];
        foreach (ContainerSummary container in containers)
        {
            (long snapshot, int volumes) = rows.GetValueOrDefault(container.Id);
            long bytes = InDirectory(root, "snapshots", snapshot.ToString(CultureInfo.InvariantCulture), disk) + InDirectory(root, "containers", container.Id, disk);
            usage.Add(new ContainerUsage(container, bytes, volumes, container.State is ContainerState.Running or ContainerState.Paused or ContainerState.Restarting));
        }

        return usage;
    }

    private List<VolumeUsage> ReadVolumes()
    {
        List<(string Name, int Links)> rows = store.Read(() =>
        {
            List<(string, int)> found = [];
            using Statement select = store.Prepare("SELECT name, (SELECT count(*) FROM container_volumes u WHERE u.volume = v.name) FROM volumes v ORDER BY name");
            while (select.Step()) { found.Add((select.Text(0), (int)select.Number(1))); }

            return found;
        });
        using DirFd root = DirFd.Open(paths.Root);
        var disk = new DiskUsage();
        return [.. rows.Select(row => new VolumeUsage(row.Name, InDirectory(root, "volumes", row.Name, disk), row.Links))];
    }

    private static long InDirectory(DirFd root, string directory, string name, DiskUsage disk)
    {
        if (root.TryOpenDirectory(Encoding.UTF8.GetBytes(directory + "\0"), ResolveFlags.NoSymlinks, out DirFd? parent) != Linux.Errno.None) { return 0; }

        using (parent) { return disk.Of(parent!, name); }
    }
}
