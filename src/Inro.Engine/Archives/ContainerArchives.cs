using System.Globalization;
using Inro.Engine.Containers;
using Inro.Engine.Images;
using Inro.Engine.Storage;
using Inro.Images.Layers;
using Inro.Images.Trees;
using Inro.Linux;
using Inro.Linux.Files;
using Inro.Linux.Mounts;
using Inro.Linux.Processes;
using Inro.Runtime;
using Inro.Spec;
using Microsoft.Win32.SafeHandles;

namespace Inro.Engine.Archives;

/// <summary>What a container has made of its image: told, and as an archive.</summary>
/// <param name="paths">The instance.</param>
/// <param name="containers">Its containers.</param>
/// <param name="images">Its images.</param>
public sealed class ContainerArchives(InstancePaths paths, ContainerService containers, ImageService images)
{
    /// <summary>What differs between a container's files and its image's: what is mounted in it, and what the engine makes in it, do not count.</summary>
    /// <param name="nameOrId">Which.</param>
    /// <exception cref="EngineException">NotFound: no such container, or its image is gone.</exception>
    public IReadOnlyList<FileChange> Changes(string nameOrId) => Scan(containers.Find(nameOrId)).Changes;

    /// <summary>What an image's topmost layer changes of those below.</summary>
    /// <exception cref="EngineException">NotFound: no such image.</exception>
    public IReadOnlyList<FileChange> ChangesOfImage(string typed)
    {
        IReadOnlyList<long> layers = images.LayersOf(images.Resolve(typed));
        if (layers.Count == 0) { return []; }

        string[] names = [.. layers.Select(static n => $"{n}/fs")];
        var top = new SnapshotMount { Directory = paths.Snapshots, Lower = names[1..], Upper = names[0] };
        return ChangeScan.Of(top, new SnapshotMount { Directory = paths.Snapshots, Lower = names[1..] }, []).Changes;
    }

    /// <summary>Writes all files of a container, without what is mounted in it, as a plain archive.</summary>
    /// <param name="nameOrId">Which.</param>
    /// <param name="output">Receives the archive.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="EngineException">NotFound: no such container. PreconditionFailed: its layers cannot be mounted.</exception>
    public void Export(string nameOrId, Stream output, CancellationToken ct)
    {
        ContainerRecord record = containers.Find(nameOrId);
        WithFiles(record, root =>
        {
            var writer = new TreeWriter(output, new WriteRules { IsLive = true });
            writer.Write(root, "."u8, ct);
            writer.Finish();
        });
        containers.Tell(record, "export");
    }

    internal ChangeScan Scan(ContainerRecord record)
    {
        FlushFuse(record);
        return ChangeScan.Of(containers.RootfsOnDisk(record), containers.LayersBelow(record), containers.MountPointsOf(record));
    }

    /// <summary>Opens what a container shows without what is mounted in it, as it is on the disk, for reading.</summary>
    internal void WithFiles(ContainerRecord record, Action<DirFd> action)
    {
        FlushFuse(record);
        SnapshotMount rootfs = containers.RootfsOnDisk(record);
        try
        {
            if (rootfs.Kind == SnapshotKind.Copy)
            {
                using DirFd tree = DirFd.Open($"{rootfs.Directory}/{rootfs.Upper}");
                action(tree);
                return;
            }

            using SafeFileHandle mount = RestingRoot.MountLayers(rootfs with { Lower = [rootfs.Upper!, .. rootfs.Lower], Upper = null, Work = null }); // not null: a container's has one
            using DirFd root = DirFd.Open(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{mount.DangerousGetHandle()}"));
            action(root);
        }
        catch (StorageException failure) { throw NotRead(record, failure.Message, failure.Remedy, failure); }
        catch (RuntimeException failure) { throw NotRead(record, failure.Message, failure.Remedy, failure); }
        catch (LinuxException failure) when (!FullDisk.Is(failure) && failure.Errno != Errno.EPIPE) { throw NotRead(record, failure.Message, null, failure); }
    }

    /// <summary>What a running container has written may still be with the kernel, where a program answers for its files.</summary>
    private void FlushFuse(ContainerRecord record)
    {
        if (record.SnapshotKind != SnapshotKind.FuseOverlay) { return; }

        using PidFd? process = containers.OpenProcess(record);
        if (process is null) { return; }

        using DirFd root = PrivateMounts.OpenRootOf(process);
        root.FlushFileSystem();
    }

    private static EngineException NotRead(ContainerRecord record, string why, string? remedy, Exception cause) =>
        new(ErrorCode.PreconditionFailed, $"the files of container {record.Name} cannot be read: {why}", remedy, cause);
}
