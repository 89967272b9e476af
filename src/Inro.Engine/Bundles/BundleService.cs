using Inro.Engine.Containers.Rootfs;
using Inro.Engine.Images;
using Inro.Engine.Rootless;
using Inro.Images.Bytes;
using Inro.Images.Content;
using Inro.Images.Layers;
using Inro.Images.Transfers;
using Inro.Images;
using Inro.Linux;
using Inro.Linux.Files;
using Inro.Spec;
using Inro.Spec.Runtime;

namespace Inro.Engine.Bundles;

/// <summary>Makes bundles of images: a root file system and a configuration, for any OCI runtime.</summary>
/// <param name="paths">Of the instance.</param>
/// <param name="images">Its images.</param>
public sealed class BundleService(InstancePaths paths, ImageService images)
{
    private const string RootfsName = "rootfs";
    private const string ConfigName = "config.json";
    private const uint DirectoryMode = 0x1C0; // 0700: set-user-id programs of an image are out of reach for other users
    private const uint RootMode = 0x1ED; // 0755
    private const uint FileMode = 0x1A4; // 0644

    /// <summary>Makes a bundle: whole, or not at all.</summary>
    /// <param name="typed">The image: a name, an id, or the beginning of an id.</param>
    /// <param name="directory">Where; absent or empty.</param>
    /// <param name="template">What the configuration says besides what the image does.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="EngineException">NotFound: no such image. InvalidArgument: the directory is not empty, or the image cannot be made a bundle of. ResourceExhausted: the disk is full.</exception>
    public void Unpack(string typed, string directory, RuntimeConfig template, CancellationToken ct)
    {
        ImageSummary image = images.Resolve(typed);
        string target = Path.GetFullPath(directory).TrimEnd('/');
        if (target.Length == 0) { throw NotEmpty(directory); }

        using DirFd root = DirFd.Open(paths.Root);
        using FileLock shared = StoreLock.Share(root, new TransferOptions().LockDeadline); // the layers stay while they are read
        try
        {
            using DirFd parent = DirFd.Open(Path.GetDirectoryName(target) ?? "/");
            string name = Path.GetFileName(target);
            RequireFree(parent, name, directory);
            string temporary = $".inro-{Guid.NewGuid():N}{AtomicFile.TemporarySuffix}";
            parent.MakeDirectory(temporary, DirectoryMode);
            try
            {
                using (DirFd bundle = parent.OpenDirectory(temporary, ResolveFlags.NoSymlinks)) { Fill(bundle, image, template, ct); }

                parent.Rename(temporary, parent, name); // over an empty directory, never over anything else
            }
            catch
            {
                parent.RemoveTree(temporary);
                throw;
            }
        }
        catch (IOException full) when (FullDisk.Is(full)) { throw FullDisk.At(target, full); }
        catch (Exception damaged) when (damaged is BlobMismatchException or BlobNotFoundException or LayerException or InvalidDataException)
        {
            throw new EngineException(ErrorCode.DataLoss, $"{typed}: {damaged.Message}", "see inro system check, or pull the image again", damaged);
        }
        catch (LinuxException failed) when (failed.Errno is Errno.ENOTEMPTY or Errno.EEXIST) { throw NotEmpty(directory); }
        catch (LinuxException failed)
        {
            throw new EngineException(ErrorCode.InvalidArgument, $"{directory}: {failed.Message}", "name a place that can be written, on a file system with all attributes", failed);
        }
    }

    private void Fill(DirFd bundle, ImageSummary image, RuntimeConfig template, CancellationToken ct)
    {
        bundle.MakeDirectory(RootfsName, RootMode);
        using DirFd rootfs = bundle.OpenDirectory(RootfsName, ResolveFlags.NoSymlinks);
        using DirFd store = DirFd.Open(paths.Root);
        var content = new ContentStore(store);
        RootfsUnpacker.Unpack(content, RootfsUnpacker.LayersOf(content, Digest.Parse(image.ManifestDigest)), rootfs, isPrivileged: RootlessEntry.OuterUser is null, ct);
        RuntimeConfig config = BundleConfig.Make(template, images.Inspect(image), new DirectoryFiles(rootfs));
        using Microsoft.Win32.SafeHandles.SafeFileHandle file = bundle.OpenInside(ConfigName, OpenFlags.Write | OpenFlags.Create | OpenFlags.Exclusive | OpenFlags.NoFollow, FileMode);
        FileDescriptor.WriteAll(file, [.. RuntimeConfigWriter.Write(config, indented: true), (byte)'\n'], ConfigName);
    }

    private static void RequireFree(DirFd parent, string name, string shown)
    {
        if (parent.TryStatus(name, out FileStatus status) != Errno.None) { return; }

        if (status.Kind != FileKind.Directory) { throw NotEmpty(shown); }

        using DirFd there = parent.OpenDirectory(name, ResolveFlags.NoSymlinks);
        if (there.List(1).Count > 0) { throw NotEmpty(shown); }
    }

    private static EngineException NotEmpty(string directory) =>
        new(ErrorCode.AlreadyExists, $"{directory} is there, and no empty directory", "name a directory that is absent or empty");
}
