using System.Globalization;
using Inro.Linux;
using Inro.Linux.Files;
using Inro.Linux.Mounts;
using Microsoft.Win32.SafeHandles;

namespace Inro.Engine.Volumes;

/// <summary>What is mounted on the host for one start of one container: a part of a volume or image, or a source with what is written kept apart.</summary>
/// <remarks>They are in <c>mounts/ID/N</c> of the run directory, and what is written in <c>mounts/N</c> of the bundle; both go with the container's end.</remarks>
/// <param name="paths">Of the instance.</param>
internal sealed class MountPlaces(InstancePaths paths)
{
    private const string OverlayType = "overlay";

    /// <summary>A fresh directory to mount something at.</summary>
    /// <param name="container">The container's id.</param>
    /// <param name="number">Of the mount.</param>
    /// <param name="isFile">A file in its place.</param>
    public string Make(string container, int number, bool isFile = false)
    {
        string place = PathOf(container, number);
        System.IO.Directory.CreateDirectory(Directory(container), UnixMode.OwnerOnly);
        while ((System.IO.Directory.Exists(place) || File.Exists(place)) && MountTree.Detach(place)) { }

        if (isFile) { File.WriteAllBytes(place, []); }
        else { System.IO.Directory.CreateDirectory(place, UnixMode.OwnerOnly); }

        return place;
    }

    /// <summary>Where <see cref="Make"/> makes it.</summary>
    public string PathOf(string container, int number) => string.Create(CultureInfo.InvariantCulture, $"{Directory(container)}/{number}");

    /// <summary>Mounts a part of a directory: no link in it leads out, and what is found is what is mounted.</summary>
    /// <param name="root">The whole.</param>
    /// <param name="subpath">The part, relative to it.</param>
    /// <param name="place">From the part's kind to where it is to be: see <see cref="Make"/>.</param>
    /// <exception cref="EngineException">InvalidArgument: the part is not there.</exception>
    public static string AttachPart(string root, string subpath, Func<bool, string> place)
    {
        using DirFd whole = DirFd.Open(root);
        Errno errno = whole.TryOpenInside(PathBytes.Encode(subpath), OpenFlags.PathOnly, 0, ResolveFlags.None, out SafeFileHandle? part);
        if (part is null) { throw new EngineException(ErrorCode.InvalidArgument, $"cannot access path {root}/{subpath}: {errno}", "make it in the volume first, or mount all of it"); }

        using (part)
        {
            string target = place(FileDescriptor.Status(part, subpath).Kind != FileKind.Directory);
            using SafeFileHandle tree = MountTree.Clone(part, isRecursive: false);
            MountTree.Attach(tree, target);
            return target;
        }
    }

    /// <summary>Mounts an overlay over a directory.</summary>
    /// <param name="lower">What is seen below.</param>
    /// <param name="overlay">Where what is written goes.</param>
    /// <param name="container">The container's id.</param>
    /// <param name="number">Of the mount.</param>
    /// <param name="place">Where it is to be.</param>
    /// <exception cref="EngineException">PreconditionFailed: the kernel refuses.</exception>
    public void AttachOverlay(string lower, OverlayPlaces overlay, string container, int number, string place)
    {
        string own = string.Create(CultureInfo.InvariantCulture, $"{paths.Bundle(container)}/mounts/{number}");
        string upper = overlay.Upper.Length > 0 ? overlay.Upper : own + "/upper";
        string work = overlay.Work.Length > 0 ? overlay.Work : overlay.Upper.Length > 0 ? overlay.Upper + ".work" : own + "/work";
        System.IO.Directory.CreateDirectory(upper, UnixMode.Readable);
        System.IO.Directory.CreateDirectory(work, UnixMode.OwnerOnly);
        try
        {
            // By descriptors: names may hold what separates options, and be longer than an option.
            using DirFd lowerDirectory = DirFd.Open(lower);
            using DirFd upperDirectory = DirFd.Open(upper);
            using DirFd workDirectory = DirFd.Open(work);
            Like(lowerDirectory, upperDirectory);
            using FileSystemContext context = FileSystemContext.Open(OverlayType);
            context.Set("source", OverlayType);
            context.Set("lowerdir", Name(lowerDirectory));
            context.Set("upperdir", Name(upperDirectory));
            context.Set("workdir", Name(workDirectory));
            if (!paths.IsRootful) { context.SetFlag("userxattr"); }

            using SafeFileHandle mount = context.Mount(MountAttributes.None);
            MountTree.Attach(mount, place);
        }
        catch (LinuxException failure) when (!FullDisk.Is(failure))
        {
            throw new EngineException(ErrorCode.PreconditionFailed, $"no overlay over {lower}: {failure.Message}", "upperdir and workdir must be on one file system that takes overlays, and not inside the source", failure);
        }
    }

    /// <summary>Takes all of a container's away. Nothing that is missing is an error.</summary>
    public void Release(string container)
    {
        string directory = Directory(container);
        if (System.IO.Directory.Exists(directory))
        {
            foreach (string place in System.IO.Directory.EnumerateFileSystemEntries(directory))
            {
                while (MountTree.Detach(place)) { }
            }

            using DirFd all = DirFd.Open(paths.Run + "/mounts");
            all.RemoveTree(container);
        }

        string bundle = paths.Bundle(container);
        if (!System.IO.Directory.Exists(bundle + "/mounts")) { return; }

        using DirFd written = DirFd.Open(bundle);
        written.RemoveTree("mounts");
    }

    /// <summary>Where a copy of an image's files is, where the storage driver needs one.</summary>
    public string CopyOf(string container, int number) => string.Create(CultureInfo.InvariantCulture, $"{paths.Bundle(container)}/mounts/{number}/copy");

    private string Directory(string container) => $"{paths.Run}/mounts/{container}";

    // The top of the overlay is the upper directory: it looks like what it covers.
    private static void Like(DirFd from, DirFd to)
    {
        FileStatus status = from.Status();
        _ = to.TrySetOwner(".\0"u8, status.UserId, status.GroupId);
        _ = to.TrySetMode(".\0"u8, status.Permissions);
    }

    private static string Name(DirFd directory) => string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{directory.Number}");
}
