using Inro.Engine.Containers.Rootfs;
using Inro.Engine.Events;
using Inro.Engine.Mounts;
using Inro.Engine.Volumes;
using Inro.Linux.Files;
using Inro.Spec;
using Inro.Spec.Runtime;

namespace Inro.Engine.Containers;

/// <content>Volumes get the image's content while they are empty, and are mounted where somebody must do that.</content>
public sealed partial class ContainerService
{
    private const int PlacesOfMount = 3; // an image, its part, what is written over it

    /// <summary>
    /// Fills volumes that are empty, as docker does for each container that is made. One that a kill left half filled is filled anew: its row still says that it is new.
    /// Those that are mounted only while somebody uses them are filled then.
    /// </summary>
    private void FillVolumes(ContainerRecord record, SnapshotMount rootfs)
    {
        foreach (ResolvedMount mount in record.Mounts)
        {
            if (mount.Kind != MountKind.Volume || (mount.NeedsMount && !IsNew(mount)) || (!mount.NeedsMount && !IsToFill(record, mount))) { continue; }

            VolumeLocks.Hold(paths, mount.VolumeName, () => Prepare(record, mount, rootfs));
        }
    }

    private void Prepare(ContainerRecord record, ResolvedMount mount, SnapshotMount rootfs)
    {
        if (!IsToFill(record, mount)) { return; }

        VolumeRecord volume = volumes.RecordOf(mount);
        if (!mount.NeedsMount)
        {
            if (!IsNew(mount)) { store.Write(() => volumes.Table.SetNew(mount.VolumeName)); }

            Fill(volume, mount, rootfs);
            return;
        }

        volumes.Drivers.Of(volume.Driver).Create(volume);
        store.Write(() => volumes.Table.SetReady(mount.VolumeName));
    }

    private bool IsNew(ResolvedMount mount) => store.Read(() => volumes.Table.IsNew(mount.VolumeName));

    /// <summary>New, or empty while the container is being made.</summary>
    private bool IsToFill(ContainerRecord record, ResolvedMount mount) =>
        IsNew(mount) || (!mount.NeedsMount && !mount.NoCopy && mount.Subpath.Length == 0 && record.State == ContainerState.Creating && IsEmpty(mount.Source));

    private static bool IsEmpty(string directory)
    {
        if (!Directory.Exists(directory)) { return true; }

        using DirFd opened = DirFd.Open(directory);
        return opened.IsEmpty();
    }

    private void Fill(VolumeRecord volume, ResolvedMount mount, SnapshotMount rootfs)
    {
        volumes.Drivers.Local.MakeDirectory(volume);
        reached("volume: made");
        CopyUp(volume, mount, mount.Source, rootfs);
        reached("volume: filled");
        store.Write(() => volumes.Table.SetReady(mount.VolumeName));
    }

    /// <summary>The image's content into what is empty, or was half filled by a command that was killed. The directory itself stays: another container may have it.</summary>
    private void CopyUp(VolumeRecord volume, ResolvedMount mount, string place, SnapshotMount rootfs)
    {
        if (mount.NoCopy || mount.Subpath.Length > 0) { return; }

        using DirFd data = DirFd.Open(place);
        foreach (byte[] name in data.List()) { data.RemoveTree(name); }

        VolumeSeed.Copy(rootfs, mount.Target, data);
        if (volume.IsLocal) { volumes.Drivers.Local.SetOwner(volume); }
    }

    /// <summary>Mounts what must be mounted for this start. The result has the places that came of it.</summary>
    private IReadOnlyList<ResolvedMount> MountVolumes(ContainerRecord record, SnapshotMount rootfs)
    {
        if (!NeedsMounts(record)) { return record.Mounts; }

        List<ResolvedMount> mounts = [];
        for (int i = 0; i < record.Mounts.Count; i++)
        {
            ResolvedMount mount = record.Mounts[i];
            if (mount.NeedsMount) { mount = mount with { Source = MountVolume(record, mount, rootfs) }; }

            mounts.Add(mount.NeedsPlace ? mount with { Source = MountPlace(record.Id, i, mount) } : mount);
        }

        return mounts;
    }

    private string MountVolume(ContainerRecord record, ResolvedMount mount, SnapshotMount rootfs)
    {
        string place = volumes.Mounts.Take(record.Id, mount.VolumeName);
        reached("volume: mounted");
        if (!mount.NoCopy && mount.Subpath.Length == 0 && IsEmpty(place)) { VolumeLocks.Hold(paths, mount.VolumeName, () => FillMounted(mount, place, rootfs)); }

        return place;
    }

    /// <summary>An image, a part of something, or something with what is written kept apart.</summary>
    private string MountPlace(string id, int number, ResolvedMount mount)
    {
        int places = number * PlacesOfMount;
        string source = mount.Source;
        if (mount.Kind == MountKind.Image)
        {
            source = mountPlaces.Make(id, places);
            new ImageMountService(paths, images).Attach(images.Resolve(mount.ImageId), source, mountPlaces.CopyOf(id, places));
        }

        if (mount.Subpath.Length > 0) { source = MountPlaces.AttachPart(source, mount.Subpath, isFile => mountPlaces.Make(id, places + 1, isFile)); }

        if (mount.Overlay is { } overlay)
        {
            string place = mountPlaces.Make(id, places + 2);
            mountPlaces.AttachOverlay(source, overlay, id, places + 2, place);
            source = place;
        }

        reached("volume: placed");
        return source;
    }

    /// <summary>Sources that the container's user is to own.</summary>
    private void GiveMounts(IReadOnlyList<ResolvedMount> mounts, RuntimeConfig config)
    {
        foreach (ResolvedMount mount in mounts)
        {
            if (!mount.TakesOwner) { continue; }

            UserConfig user = config.Process!.User; // a composed container has a process
            MountConfig made = config.Mounts.First(m => m.Destination == mount.Target);
            bool isMapped = made.UidMappings.Count > 0; // then ids on the disk are those in the container
            OwnerWalk.Give(mount.Source, isMapped ? user.Uid : Outside(user.Uid, config.Linux!.UidMappings), isMapped ? user.Gid : Outside(user.Gid, config.Linux!.GidMappings));
        }
    }

    private static uint Outside(uint id, IReadOnlyList<IdMapping> maps)
    {
        foreach (IdMapping map in maps)
        {
            if (id >= map.ContainerId && id - map.ContainerId < map.Size) { return map.HostId + (id - map.ContainerId); }
        }

        return id;
    }

    private void FillMounted(ResolvedMount mount, string place, SnapshotMount rootfs)
    {
        if (IsEmpty(place)) { CopyUp(volumes.RecordOf(mount), mount, place, rootfs); }
    }

    /// <summary>Lets go of what was mounted for a container. Nothing that is missing is an error: repair may come here for the second time.</summary>
    private void UnmountVolumes(ContainerRecord record)
    {
        if (!NeedsMounts(record)) { return; }

        mountPlaces.Release(record.Id);
        volumes.Mounts.ReleaseAll(record.Id);
    }

    private static bool NeedsMounts(ContainerRecord record)
    {
        if (record.Config.Secrets.Count > 0 || JoinedContainer.Named(record.Config.IpcMode) is not null) { return true; }

        foreach (ResolvedMount mount in record.Mounts)
        {
            if (mount.NeedsMount || mount.NeedsPlace) { return true; }
        }

        return false;
    }

    /// <summary>Inside a transaction: docker's event for each volume of a container that starts or has ended.</summary>
    private void AddVolumeEvents(ContainerRecord record, bool isMounted)
    {
        foreach (ResolvedMount mount in record.Mounts)
        {
            if (mount.Kind != MountKind.Volume) { continue; }

            string driver = mount.Driver.Length > 0 ? mount.Driver : VolumeRecord.LocalDriver;
            events.Add(Now, "volume", isMounted ? "mount" : "unmount", mount.VolumeName, isMounted
                ? EventAttributes.Of("container", record.Id, "destination", mount.Target, "driver", driver, "propagation", mount.Propagation, "read/write", mount.ReadOnly ? "false" : "true")
                : EventAttributes.Of("container", record.Id, "driver", driver));
        }
    }
}
