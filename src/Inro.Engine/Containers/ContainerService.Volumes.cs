using Inro.Engine.Containers.Rootfs;
using Inro.Engine.Volumes;
using Inro.Linux.Files;
using Inro.Spec;

namespace Inro.Engine.Containers;

/// <content>Volumes get the image's content at their first use.</content>
public sealed partial class ContainerService
{
    /// <summary>Fills volumes that nobody has been given yet. One that a kill left half filled is filled anew: its row still says that it is new.</summary>
    private void FillVolumes(ContainerRecord record, SnapshotMount rootfs)
    {
        foreach (ResolvedMount mount in record.Mounts)
        {
            if (mount.Kind != MountKind.Volume || !IsNew(mount)) { continue; }

            using FileLock held = journal.TryLockVolume(mount.VolumeName, LockDeadline)
                ?? throw new EngineException(ErrorCode.Unavailable, $"volume {mount.VolumeName} is being filled by another command", "try again");
            if (IsNew(mount)) { Fill(mount, rootfs); }

            journal.LeaveVolume(mount.VolumeName);
        }
    }

    private bool IsNew(ResolvedMount mount) => store.Read(() => volumes.Table.IsNew(mount.VolumeName));

    private void Fill(ResolvedMount mount, SnapshotMount rootfs)
    {
        volumes.RemoveFiles(mount.VolumeName);
        volumes.MakeDirectories([mount]);
        reached("volume: made");
        if (!mount.NoCopy)
        {
            using DirFd data = DirFd.Open(mount.Source);
            VolumeSeed.Copy(rootfs, mount.Target, data);
        }

        reached("volume: filled");
        store.Write(() => volumes.Table.SetReady(mount.VolumeName));
    }
}
