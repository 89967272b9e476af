using Inro.Engine.Containers;
using Inro.Engine.Storage;
using Inro.Linux;
using Inro.Linux.Files;
using Inro.Linux.Mounts;
using Inro.Linux.Processes;
using Inro.Runtime;
using Microsoft.Win32.SafeHandles;

namespace Inro.Engine.Archives;

/// <summary>A container whose files are seen at a path.</summary>
/// <param name="Container">The container.</param>
/// <param name="Path">Where.</param>
public sealed record MountedContainer(ContainerRecord Container, string Path);

/// <summary>Mounts root file systems of containers where people read and write them, without what is mounted in them. Each mount is counted, as podman counts.</summary>
/// <remarks>What a container that runs has as its root is the same files: both see what the other writes. One that does not run cannot be started as long as it is mounted.</remarks>
/// <param name="paths">Of the instance.</param>
/// <param name="containers">Its containers.</param>
public sealed class ContainerMountService(InstancePaths paths, ContainerService containers)
{
    private readonly MountCounts mounts = MountCounts.OfContainers(paths);

    /// <summary>Mounts containers; one that is mounted stays where it is and is counted once more.</summary>
    /// <param name="typed">Names, ids, or beginnings of ids; where one is not known none is mounted.</param>
    /// <exception cref="EngineException">NotFound: no such container. PreconditionFailed: it cannot be mounted here.</exception>
    public IReadOnlyList<MountedContainer> Mount(IReadOnlyList<string> typed)
    {
        ContainerRecord[] wanted = [.. typed.Select(containers.Find)];
        using FileLock held = mounts.Lock();
        return [.. wanted.Select(MountOne)];
    }

    /// <summary>Mounts all that there are.</summary>
    /// <inheritdoc cref="Mount"/>
    public IReadOnlyList<MountedContainer> MountAll() => Mount([.. containers.List(new ContainerFilter { All = true }).Select(static c => c.Id)]);

    /// <summary>Those that are mounted where this process sees them.</summary>
    public IReadOnlyList<MountedContainer> List()
    {
        using FileLock held = mounts.Lock();
        List<MountedContainer> found = [];
        foreach (string id in mounts.List())
        {
            try { found.Add(new MountedContainer(containers.Find(id), mounts.PathOf(id))); }
            catch (EngineException gone) when (gone.Code == ErrorCode.NotFound) { mounts.Release(id); }
        }

        return found;
    }

    /// <summary>Takes one mounting back; with the last the mount goes.</summary>
    /// <param name="typed">A name, an id, or the beginning of an id.</param>
    /// <param name="isForced">Whether the mount goes, however often it was mounted.</param>
    /// <returns>The container's id; null: it is not mounted.</returns>
    /// <exception cref="EngineException">NotFound: no such container.</exception>
    public string? Unmount(string typed, bool isForced)
    {
        ContainerRecord record = containers.Find(typed);
        using FileLock held = mounts.Lock();
        return mounts.TakeBack(record.Id, isForced);
    }

    /// <summary>The same for all that are mounted.</summary>
    public IReadOnlyList<string> UnmountAll(bool isForced)
    {
        using FileLock held = mounts.Lock();
        return [.. mounts.List().Select(id => mounts.TakeBack(id, isForced)).OfType<string>()];
    }

    private MountedContainer MountOne(ContainerRecord record)
    {
        int count = mounts.CountOf(record.Id);
        if (count > 0)
        {
            mounts.Note(record.Id, count + 1);
            return new MountedContainer(record, mounts.PathOf(record.Id));
        }

        mounts.Release(record.Id); // what a reboot, or somebody's umount, left of an earlier one
        if (MountCounts.IsContainerInUse(paths, record.Id)) { throw NotMounted(record, "it is mounted in another mount namespace", $"do it there, or first there: inro unmount {record.Name}", null); }

        using ContainerAtRest? resting = IsRunning(record) ? null : containers.Hold(record.Id); // nobody starts it before the note says that it is mounted
        mounts.Note(record.Id, 1);
        try
        {
            Attach(resting?.Record ?? record);
            return new MountedContainer(record, mounts.PathOf(record.Id));
        }
        catch
        {
            mounts.Release(record.Id);
            throw;
        }
    }

    private bool IsRunning(ContainerRecord record)
    {
        using PidFd? process = containers.OpenProcess(record);
        return process is not null;
    }

    private void Attach(ContainerRecord record)
    {
        try
        {
            using PidFd? process = containers.OpenProcess(record);
            using SafeFileHandle mount = process is not null ? PrivateMounts.CopyRootOf(process) : RestingRoot.MountLayers(containers.RootfsAtRest(record, out _));
            MountTree.Attach(mount, mounts.PathOf(record.Id));
        }
        catch (StorageException failure) { throw NotMounted(record, failure.Message, failure.Remedy, failure); }
        catch (RuntimeException failure) { throw NotMounted(record, failure.Message, failure.Remedy, failure); }
        catch (LinuxException failure) when (!FullDisk.Is(failure)) { throw NotMounted(record, failure.Message, null, failure); }
        catch (IOException full) when (FullDisk.Is(full)) { throw FullDisk.At(paths.Root, full); }
    }

    private static EngineException NotMounted(ContainerRecord record, string why, string? remedy, Exception? cause) =>
        new(ErrorCode.PreconditionFailed, $"container {record.Name} cannot be mounted: {why}", remedy, cause);
}
