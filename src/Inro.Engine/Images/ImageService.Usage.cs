using System.Globalization;
using System.Text;
using Inro.Linux;
using Inro.Linux.Files;
using Inro.Spec;

namespace Inro.Engine.Images;

/// <content>What is on the disk, and what keeps it there.</content>
public sealed partial class ImageService
{
    /// <summary>Ids of the images that containers are made of.</summary>
    public IReadOnlySet<string> UsedImages()
    {
        IReadOnlySet<string> mounted = Storage.MountCounts.ImagesInUse(paths);
        return mounted.Count == 0 ? table.UsedImages() : new HashSet<string>(table.UsedImages().Concat(mounted));
    }

    /// <summary>Pins an image, so that no policy and no prune removes it, or lets it go.</summary>
    /// <param name="typed">A name, an id, or the beginning of an id.</param>
    /// <param name="isPinned">Which of the two.</param>
    /// <exception cref="EngineException">NotFound: no such image.</exception>
    public void Pin(string typed, bool isPinned)
    {
        ImageSummary image = Resolve(typed);
        table.SetPinned(image.ManifestDigest, image.Id, isPinned);
    }

    /// <summary>Looks at every file of the image store.</summary>
    public StoreUsage ReadUsage()
    {
        using DirFd root = DirFd.Open(paths.Root);
        var disk = new DiskUsage();
        long others = 0;
        foreach (string part in (ReadOnlySpan<string>)["ingest", "partial", "views"]) { others += disk.Of(root, part); }

        Dictionary<Digest, long> blobs = ReadBlobs(root, disk, ref others);
        IReadOnlySet<long> ofContainers = table.ContainerSnapshots();
        Dictionary<long, long> snapshots = ReadSnapshots(root, disk, ofContainers, ref others);
        return new StoreUsage(table.ListImages(), table.ListLayers(), blobs, snapshots) { TotalBytes = others + blobs.Values.Sum() + snapshots.Values.Sum() };
    }

    /// <summary>Notes that a container is made of it, inside the transaction that makes the container's row.</summary>
    internal void NoteUse(string manifest) => table.NoteUse(manifest);

    private static Dictionary<Digest, long> ReadBlobs(DirFd root, DiskUsage disk, ref long others)
    {
        Dictionary<Digest, long> blobs = [];
        if (root.TryOpenDirectory("blobs\0"u8, ResolveFlags.NoSymlinks, out DirFd? directory) != Errno.None) { return blobs; }

        using (directory)
        {
            others += OwnBytes(directory!);
            foreach (byte[] algorithm in directory!.List())
            {
                if (directory.TryOpenDirectory(algorithm, ResolveFlags.NoSymlinks, out DirFd? files) != Errno.None)
                {
                    others += disk.Of(directory, algorithm);
                    continue;
                }

                using (files)
                {
                    others += OwnBytes(files!);
                    foreach (byte[] name in files!.List())
                    {
                        long bytes = disk.Of(files, name);
                        if (Digest.TryParse(Text(algorithm) + ":" + Text(name), out Digest digest)) { blobs[digest] = bytes; }
                        else { others += bytes; }
                    }
                }
            }
        }

        return blobs;
    }

    private static Dictionary<long, long> ReadSnapshots(DirFd root, DiskUsage disk, IReadOnlySet<long> ofContainers, ref long others)
    {
        Dictionary<long, long> snapshots = [];
        if (root.TryOpenDirectory("snapshots\0"u8, ResolveFlags.NoSymlinks, out DirFd? directory) != Errno.None) { return snapshots; }

        using (directory)
        {
            others += OwnBytes(directory!);
            foreach (byte[] name in directory!.List())
            {
                bool isNumber = long.TryParse(Text(name), NumberStyles.None, CultureInfo.InvariantCulture, out long number);
                if (isNumber && ofContainers.Contains(number)) { continue; }

                long bytes = disk.Of(directory, name);
                if (isNumber) { snapshots[number] = bytes; }
                else { others += bytes; }
            }
        }

        return snapshots;
    }

    private static long OwnBytes(DirFd directory) => directory.Status().Blocks * 512;

    private static string Text(byte[] name) => Encoding.UTF8.GetString(name.AsSpan().TrimEnd((byte)0));
}
