using Inro.Engine.Storage;
using Inro.Linux;
using Inro.Linux.Files;
using Inro.Linux.Mounts;
using Inro.Linux.Namespaces;
using Inro.Linux.Processes;
using Inro.Runtime;
using Inro.Runtime.Steps;
using Inro.Spec;
using Microsoft.Win32.SafeHandles;

namespace Inro.Engine.Archives;

/// <summary>Something of the host that is seen in a container.</summary>
/// <param name="Source">Path on the host.</param>
/// <param name="Target">Absolute path in the container.</param>
/// <param name="IsReadOnly">Whether it is for reading only.</param>
/// <param name="IsRecursive">Whether what is mounted below the source comes along.</param>
internal sealed record RestingMount(string Source, string Target, bool IsReadOnly, bool IsRecursive);

/// <summary>The file system of a container that does not run, volumes and binds included, as a tree of mounts that nobody else sees: it goes with the last descriptor, whatever becomes of this process.</summary>
internal static class RestingRoot
{
    private const uint PlaceMode = 0x1ED; // 0755

    /// <summary>Mounts it.</summary>
    /// <param name="mounted">Where its layers are mounted already; null: nowhere.</param>
    /// <param name="rootfs">Its layers.</param>
    /// <param name="mounts">What is mounted in it.</param>
    /// <param name="isReadOnly">Whether its root was asked to be read-only.</param>
    /// <param name="covered">A directory that is covered while it is put together, where nobody else sees it.</param>
    /// <exception cref="EngineException">PreconditionFailed: the kernel does not mount it.</exception>
    public static SafeFileHandle Mount(string? mounted, SnapshotMount rootfs, IReadOnlyList<RestingMount> mounts, bool isReadOnly, string covered)
    {
        try
        {
            using SafeFileHandle root = mounted is null ? MountLayers(rootfs) : MountTree.Clone(mounted);
            return mounts.Count == 0 && !isReadOnly ? Keep(root) : PrivateMounts.Run(() => Assemble(root, mounts, isReadOnly, covered));
        }
        catch (StorageException failure) { throw NotMounted(failure.Message, failure.Remedy, failure); }
        catch (RuntimeException failure) { throw NotMounted(failure.Message, failure.Remedy, failure); }
        catch (LinuxException failure) when (!FullDisk.Is(failure)) { throw NotMounted(failure.Message, null, failure); }
    }

    /// <summary>Mounts the layers alone.</summary>
    public static SafeFileHandle MountLayers(SnapshotMount rootfs)
    {
        switch (rootfs.Kind)
        {
            case SnapshotKind.Copy:
                return MountTree.Clone($"{rootfs.Directory}/{rootfs.Upper}");
            case SnapshotKind.FuseOverlay:
                using (FuseOverlay fuse = FuseOverlay.Mount(rootfs, isApart: true)) { return Keep(fuse.Root); }

            default:
                return LayeredView.Mount(rootfs, isUnprivileged: !UserNamespace.IsInitial || EffectiveIds.User != 0);
        }
    }

    private static SafeFileHandle Assemble(SafeFileHandle layers, IReadOnlyList<RestingMount> mounts, bool isReadOnly, string covered)
    {
        MountTree.Attach(layers, covered);
        using DirFd root = DirFd.Open(covered);
        foreach (RestingMount mount in mounts.OrderBy(static m => m.Target.Count(static c => c == '/')))
        {
            using SafeFileHandle tree = MountTree.Clone(mount.Source, mount.IsRecursive);
            if (mount.IsReadOnly) { MountTree.SetReadOnly(tree); }

            bool isDirectory = FileDescriptor.Status(tree, mount.Source).Kind == FileKind.Directory;
            using SafeFileHandle place = PlaceFor(root, mount.Target, isDirectory);
            MountTree.Attach(tree, place);
        }

        if (isReadOnly) { MountTree.SetReadOnly(layers); }

        return MountTree.Clone(covered, isRecursive: true);
    }

    /// <summary>Where a mount goes; made, with what leads there, where it is missing: as a start does.</summary>
    private static SafeFileHandle PlaceFor(DirFd root, string target, bool isDirectory)
    {
        byte[] path = PathBytes.Encode(target);
        if (root.TryOpenInside(path, OpenFlags.PathOnly, 0, ResolveFlags.None, out SafeFileHandle? there) == Errno.None) { return there!; } // no error: not null

        (string parent, string name) = CopyPath.Split(target);
        MakeDirectories(root, parent);
        using DirFd directory = root.OpenDirectory(parent);
        Errno errno = isDirectory ? directory.TryMakeDirectory(PathBytes.Encode(name), PlaceMode) : directory.TryMakeNode(PathBytes.Encode(name), FileKind.Regular, PlaceMode);
        if (errno is not (Errno.None or Errno.EEXIST)) { throw new LinuxException("mkdirat", target, errno); }

        return root.OpenInside(path, OpenFlags.PathOnly);
    }

    private static void MakeDirectories(DirFd root, string path)
    {
        if (root.TryOpenDirectory(PathBytes.Encode(path), ResolveFlags.None, out DirFd? there) == Errno.None)
        {
            there!.Dispose(); // no error: not null
            return;
        }

        (string parent, string name) = CopyPath.Split(path);
        MakeDirectories(root, parent);
        using DirFd directory = root.OpenDirectory(parent);
        Errno errno = directory.TryMakeDirectory(PathBytes.Encode(name), PlaceMode);
        if (errno is not (Errno.None or Errno.EEXIST)) { throw new LinuxException("mkdirat", path, errno); }
    }

    private static SafeFileHandle Keep(SafeFileHandle mount) => Linux.Descriptors.Descriptor.Duplicate(mount);

    private static EngineException NotMounted(string why, string? remedy, Exception cause) =>
        new(ErrorCode.PreconditionFailed, $"the container's files cannot be mounted: {why}", remedy, cause);
}
