using Inro.Engine.Configuration;
using Inro.Engine.Images;
using Inro.Engine.Storage;
using Inro.Images.Snapshots;
using Inro.Linux;
using Inro.Linux.Files;
using Inro.Linux.Mounts;
using Inro.Linux.Namespaces;
using Inro.Linux.Processes;
using Inro.Runtime;
using Inro.Runtime.Steps;
using Inro.Spec;
using Microsoft.Win32.SafeHandles;

namespace Inro.Engine.Mounts;

/// <summary>An image whose files can be read at a path.</summary>
/// <param name="Image">The image.</param>
/// <param name="Path">Where.</param>
public sealed record MountedImage(ImageSummary Image, string Path);

/// <summary>Mounts images for reading, without a container. Each mount is counted, as podman counts.</summary>
/// <param name="paths">Of the instance.</param>
/// <param name="images">Its images.</param>
public sealed class ImageMountService(InstancePaths paths, ImageService images)
{
    private readonly MountCounts mounts = MountCounts.OfImages(paths);

    /// <summary>Mounts images; one that is mounted stays where it is and is counted once more.</summary>
    /// <param name="typed">Names, ids, or beginnings of ids; where one is not known none is mounted.</param>
    /// <exception cref="EngineException">NotFound: no such image. PreconditionFailed: the kernel does not mount it.</exception>
    public IReadOnlyList<MountedImage> Mount(IReadOnlyList<string> typed)
    {
        using FileLock held = mounts.Lock();
        ImageSummary[] wanted = [.. typed.Select(images.Resolve)];
        return [.. wanted.Select(MountOne)];
    }

    /// <summary>Mounts all that there are.</summary>
    /// <inheritdoc cref="Mount"/>
    public IReadOnlyList<MountedImage> MountAll()
    {
        using FileLock held = mounts.Lock();
        return [.. images.List().Select(MountOne)];
    }

    /// <summary>Those that are mounted where this process sees them.</summary>
    public IReadOnlyList<MountedImage> List()
    {
        using FileLock held = mounts.Lock();
        List<MountedImage> found = [];
        foreach (string id in mounts.List())
        {
            if (images.TryResolve(id) is { } image) { found.Add(new MountedImage(image, mounts.PathOf(id))); }
        }

        return found;
    }

    /// <summary>Takes one mounting back; with the last the mount goes.</summary>
    /// <param name="typed">A name, an id, or the beginning of an id.</param>
    /// <param name="isForced">Whether the mount goes, however often it was mounted.</param>
    /// <returns>The image's id; null: it is not mounted.</returns>
    /// <exception cref="EngineException">NotFound: no such image.</exception>
    public string? Unmount(string typed, bool isForced)
    {
        using FileLock held = mounts.Lock();
        return mounts.TakeBack(images.Resolve(typed).Id, isForced);
    }

    /// <summary>The same for all that are mounted.</summary>
    public IReadOnlyList<string> UnmountAll(bool isForced)
    {
        using FileLock held = mounts.Lock();
        return [.. mounts.List().Select(id => mounts.TakeBack(id, isForced)).OfType<string>()];
    }

    private MountedImage MountOne(ImageSummary image)
    {
        int count = mounts.CountOf(image.Id);
        if (count == 0) { mounts.Release(image.Id); } // what a reboot, or somebody's umount, left of an earlier one

        mounts.Note(image.Id, count + 1); // first: from here on nobody takes the layers away
        if (count == 0)
        {
            try { Attach(image); }
            catch
            {
                mounts.Release(image.Id);
                throw;
            }
        }

        return new MountedImage(image, mounts.PathOf(image.Id));
    }

    private void Attach(ImageSummary image) => Attach(image, mounts.PathOf(image.Id), mounts.CopyOf(image.Id));

    /// <summary>Mounts an image at a path, uncounted.</summary>
    /// <param name="image">The image.</param>
    /// <param name="path">Where.</param>
    /// <param name="copy">Directory for a copy of its files, where the storage driver needs one.</param>
    /// <exception cref="EngineException">PreconditionFailed: the kernel does not mount it.</exception>
    internal void Attach(ImageSummary image, string path, string copy)
    {
        try
        {
            IReadOnlyList<long> chain = images.LayersOf(image);
            var view = new SnapshotMount { Directory = paths.Snapshots, Lower = [.. chain.Select(static n => $"{n}/fs")] };
            SnapshotKind kind = chain.Count > 0 ? new StorageChoice(paths.Root, ConfigurationReader.ReadStorage).Find() : SnapshotKind.Copy;
            if (kind == SnapshotKind.FuseOverlay)
            {
                using FuseOverlay fuse = FuseOverlay.Mount(view, MountFlags.ReadOnly, isApart: true);
                MountTree.Attach(fuse.Root, path);
                return;
            }

            using SafeFileHandle mount = kind == SnapshotKind.Copy ? CopyOf(copy, chain) : LayeredView.Mount(view, isUnprivileged: !UserNamespace.IsInitial || EffectiveIds.User != 0);
            MountTree.Attach(mount, path);
        }
        catch (StorageException failure) { throw NotMounted(image, failure.Message, failure.Remedy, failure); }
        catch (RuntimeException failure) { throw NotMounted(image, failure.Message, failure.Remedy, failure); }
        catch (LinuxException failure) when (!FullDisk.Is(failure)) { throw NotMounted(image, failure.Message, "another driver may do it: [storage] in config.toml", failure); }
        catch (IOException full) when (FullDisk.Is(full)) { throw FullDisk.At(paths.Root, full); }
    }

    private SafeFileHandle CopyOf(string place, IReadOnlyList<long> chain)
    {
        Directory.CreateDirectory(place, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        using (DirFd root = DirFd.Open(paths.Root))
        using (DirFd directory = DirFd.Open(place))
        {
            new SnapshotStore(root, paths.Root).CopyInto(directory, chain);
        }

        return LayeredView.Mount(new SnapshotMount { Directory = place, Lower = ["fs"] }, isUnprivileged: false);
    }

    private static EngineException NotMounted(ImageSummary image, string why, string? remedy, Exception cause) =>
        new(ErrorCode.PreconditionFailed, $"image {image.Id.Substring(7, 12)} cannot be mounted: {why}", remedy, cause);
}
