using Inro.Engine.Shim;
using Inro.Linux;
using Inro.Linux.Files;
using Inro.Linux.Mounts;
using Inro.Linux.Processes;

namespace Inro.Engine.Volumes;

/// <summary>The driver <c>local</c>: directories of the instance, and what mount(8)'s options mount over them while somebody uses it.</summary>
/// <param name="paths">Of the instance.</param>
internal sealed class LocalVolumes(InstancePaths paths) : IVolumeDriver
{
    private const string DataName = "_data";

    /// <inheritdoc/>
    public void Create(VolumeRecord volume)
    {
        _ = LocalOptions.Read(volume.Name, volume.Options);
        MakeDirectory(volume);
    }

    /// <inheritdoc/>
    public void Remove(VolumeRecord volume)
    {
        Detach(volume.Name);
        using DirFd all = DirFd.Open(paths.Volumes);
        all.RemoveTree(volume.Name);
    }

    /// <inheritdoc/>
    public string PathOf(VolumeRecord volume) => paths.VolumeData(volume.Name);

    /// <inheritdoc/>
    public string Mount(VolumeRecord volume, string holder, IReadOnlyList<string> others)
    {
        MakeDirectory(volume);
        if (LocalOptions.Read(volume.Name, volume.Options) is { } options && !IsMounted(volume.Name))
        {
            if (TryAttachOfOthers(volume, others)) { return PathOf(volume); }

            LocalMount.Attach(volume.Name, options, PathOf(volume));
            if (options.IsMemory) { SetOwner(volume); }
        }

        return PathOf(volume);
    }

    /// <inheritdoc/>
    public void Unmount(VolumeRecord volume, string holder, bool isLast)
    {
        if (isLast) { Detach(volume.Name); }
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string>? StatusOf(VolumeRecord volume) => null;

    /// <summary>Makes the directory where it is missing.</summary>
    public void MakeDirectory(VolumeRecord volume)
    {
        if (Directory.Exists(PathOf(volume))) { return; }

        Directory.CreateDirectory(PathOf(volume), UnixMode.Passable);
        File.SetUnixFileMode($"{paths.Volumes}/{volume.Name}", UnixMode.Passable); // whatever the caller's mask is
        File.SetUnixFileMode(PathOf(volume), UnixMode.Readable);
        SetOwner(volume);
    }

    /// <summary>Gives the directory to whom the volume was made for.</summary>
    public void SetOwner(VolumeRecord volume)
    {
        if (volume.UserId is null && volume.GroupId is null) { return; }

        using DirFd data = DirFd.Open(PathOf(volume));
        Errno errno = data.TrySetOwner(".\0"u8, volume.UserId ?? uint.MaxValue, volume.GroupId ?? uint.MaxValue); // all bits set: it stays. See chown(2)
        if (errno != Errno.None) { throw new LinuxException("fchownat", PathOf(volume), errno); }
    }

    /// <summary>Whether something is mounted over the volume's directory, where this process sees it.</summary>
    public bool IsMounted(string name)
    {
        string directory = $"{paths.Volumes}/{name}";
        if (!Directory.Exists(directory)) { return false; }

        using DirFd parent = DirFd.Open(directory);
        return parent.TryStatus(DataName, out FileStatus data) == Errno.None && data.Mount != parent.Status().Mount;
    }

    /// <summary>An ordinary user's commands have mount namespaces of their own: what another container has mounted is taken from where its shim sees it.</summary>
    private bool TryAttachOfOthers(VolumeRecord volume, IReadOnlyList<string> others)
    {
        if (paths.IsRootful) { return false; }

        foreach (string other in others)
        {
            try
            {
                if (ShimStatusFile.Read(paths.RunDirectory(other)) is not { ShimPid: > 0 } status) { continue; }

                using PidFd shim = PidFd.Open(status.ShimPid);
                using Microsoft.Win32.SafeHandles.SafeFileHandle mount = PrivateMounts.CopyOf(shim, PathOf(volume));
                MountTree.Attach(mount, PathOf(volume));
                return true;
            }
            catch (Exception unusable) when (unusable is LinuxException or ShimException) { /* it has ended, or is another process by now: the next one */ }
        }

        return false;
    }

    private void Detach(string name)
    {
        while (IsMounted(name) && MountTree.Detach(paths.VolumeData(name))) { }
    }
}
