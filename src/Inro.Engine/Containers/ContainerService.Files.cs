using Inro.Engine.Shim;
using Inro.Engine.Storage;
using Inro.Engine.Volumes;
using Inro.Linux.Files;
using Inro.Linux.Processes;
using Inro.Spec;
using Inro.Spec.Runtime;

namespace Inro.Engine.Containers;

/// <content>What those who read and write a container's files are told.</content>
public sealed partial class ContainerService
{
    /// <summary>The first process of a container that runs, held by its descriptor; null: it does not run.</summary>
    internal PidFd? OpenProcess(ContainerRecord record)
    {
        if (!IsRunning(record.State)) { return null; }

        ShimStatus? status = processes.ReadStatus(paths.RunDirectory(record.Id));
        if (status?.BootId != Boot) { return null; }

        PidFd? process = PidFd.TryOpen(status.Pid, status.StartTime);
        if (process?.WaitForEnd(TimeSpan.Zero) != true) { return process; }

        process.Dispose(); // it has ended and was not waited for
        return null;
    }

    /// <summary>Keeps every other command from a container that does not run.</summary>
    /// <param name="id">Full id.</param>
    /// <exception cref="EngineException">NotFound: it is gone. Unavailable: another command does not let it go.</exception>
    internal ContainerAtRest Hold(string id)
    {
        FileLock held = Lock(id);
        try
        {
            ContainerRecord record = Finished(Get(id), held);
            return new ContainerAtRest(record, held, () =>
            {
                if (!IsRunning(record.State)) { UnmountVolumes(record); }

                journal.Leave(id);
            });
        }
        catch
        {
            LeaveIfSettled(id);
            held.Dispose();
            throw;
        }
    }

    /// <summary>The root file system of a container that is held at rest, its directories there.</summary>
    /// <exception cref="EngineException">NotFound: its image is gone.</exception>
    /// <param name="record">As it is held.</param>
    /// <param name="mounts">What is mounted in it, with the places that drivers of volumes gave; let go with the container.</param>
    internal SnapshotMount RootfsAtRest(ContainerRecord record, out IReadOnlyList<ResolvedMount> mounts)
    {
        SnapshotMount rootfs = snapshots.Prepare(record.Snapshot, Layers(images.Resolve(record.ImageId).ChainId), isVolatile: record.Config.AutoRemove, record.SnapshotKind);
        if (record.Mounts.Count > 0) { FillVolumes(record, rootfs); }

        mounts = MountVolumes(record, rootfs);
        return rootfs;
    }

    /// <summary>The root file system as its layers are on the disk, whether the container runs or not.</summary>
    internal SnapshotMount RootfsOnDisk(ContainerRecord record) =>
        snapshots.Describe(record.Snapshot, Layers(images.Resolve(record.ImageId).ChainId), isVolatile: false, record.SnapshotKind);

    /// <summary>Where something is mounted in a container, as it was started last, or will be: places that the engine makes where they are missing.</summary>
    internal IReadOnlySet<string> MountPointsOf(ContainerRecord record)
    {
        HashSet<string> places = new(StringComparer.Ordinal) { "/proc", "/sys", "/dev", "/etc/hosts", "/etc/hostname", "/etc/resolv.conf" };
        foreach (ResolvedMount mount in record.Mounts) { places.Add(mount.Target); }

        string path = paths.Bundle(record.Id) + "/config.json";
        if (!File.Exists(path)) { return places; }

        try
        {
            foreach (MountConfig mount in RuntimeConfigReader.Read(File.ReadAllBytes(path)).Mounts) { places.Add(mount.Destination); }
        }
        catch (RuntimeConfigException) { /* it is written anew at the next start */ }

        return places;
    }

    /// <summary>The layers of a container's image, without its own, as directories.</summary>
    internal SnapshotMount LayersBelow(ContainerRecord record) =>
        new() { Directory = paths.Snapshots, Lower = [.. Layers(images.Resolve(record.ImageId).ChainId).Select(static n => $"{n}/fs")] };

    /// <summary>Two mounts of one writable layer would spoil it.</summary>
    private void RequireUnmounted(ContainerRecord record)
    {
        if (!MountCounts.IsContainerInUse(paths, record.Id)) { return; }

        throw new EngineException(ErrorCode.Conflict, $"container {record.Name} is mounted, and its files cannot be mounted twice", $"inro unmount {record.Name}");
    }

    /// <summary>Records that something was done with a container.</summary>
    internal void Tell(ContainerRecord record, string action)
    {
        store.Write(() => AddEvent(record, action));
        events.Ring();
    }
}

/// <summary>A container that does not run, and that nobody starts, changes or removes until this is disposed.</summary>
internal sealed class ContainerAtRest(ContainerRecord record, FileLock held, Action leave) : IDisposable
{
    /// <summary>The container as it is now; it may run, if it was started before it was held.</summary>
    public ContainerRecord Record => record;

    public void Dispose()
    {
        leave();
        held.Dispose();
    }
}
