using Inro.Engine.Containers;
using Inro.Engine.Containers.Rootfs;
using Inro.Images.Bytes;
using Inro.Images.Layers;
using Inro.Images.Layers.Tar;
using Inro.Images.Trees;
using Inro.Linux;
using Inro.Linux.Files;
using Inro.Linux.Namespaces;
using Inro.Linux.Processes;

namespace Inro.Engine.Archives;

/// <summary>Files of a container, read and written as archives: what docker's cp and the operations <c>archive</c> of its API do.</summary>
/// <remarks>
/// No path leads out of the container, whatever it does with its files meanwhile: all are resolved with its root as "/". A container that does not run
/// cannot be started before this is disposed.
/// </remarks>
public sealed class ContainerFileSystem : IDisposable
{
    private const int BufferBytes = 128 << 10;

    private readonly ContainerTree tree;
    private readonly ContainerService containers;
    private readonly string called;

    private ContainerFileSystem(ContainerTree tree, ContainerService containers, string called)
    {
        this.tree = tree;
        this.containers = containers;
        this.called = called;
    }

    /// <summary>The container.</summary>
    public ContainerRecord Container => tree.Record;

    /// <summary>The container as the caller called it.</summary>
    public string Called => called;

    /// <summary>Opens the files of a container.</summary>
    /// <param name="paths">The instance.</param>
    /// <param name="containers">Its containers.</param>
    /// <param name="nameOrId">Which; messages call it so.</param>
    /// <exception cref="EngineException">NotFound: no such container. Unavailable: another command works on it. PreconditionFailed: its files cannot be mounted.</exception>
    public static ContainerFileSystem Open(InstancePaths paths, ContainerService containers, string nameOrId) =>
        new(ContainerTree.Open(paths, containers, containers.Find(nameOrId)), containers, nameOrId);

    /// <summary>Looks at a path.</summary>
    /// <param name="path">In the container, from its root.</param>
    /// <param name="follows">Whether a link at the end is followed; one with a slash behind it is in any case.</param>
    /// <exception cref="EngineException">NotFound: there is nothing there.</exception>
    public TreePlace Find(string path, bool follows)
    {
        TreePlace place;
        try { place = TreePlace.Find(tree.Root, path, follows); }
        catch (LinuxException failure) { throw Failed(path, failure); }

        if (place.Status is not null) { return place; }

        place.Dispose();
        throw NotThere(path);
    }

    /// <summary>The same where nothing may be there, but a directory to make it in.</summary>
    public TreePlace Locate(string path, bool follows)
    {
        try { return TreePlace.Find(tree.Root, path, follows); }
        catch (LinuxException failure) { throw Failed(CopyPath.Split(path).Directory, failure); }
    }

    /// <summary>Writes what a path stands for, and all below it, as an archive.</summary>
    /// <param name="place">From <see cref="Find"/>.</param>
    /// <param name="shownAs">Its name in the archive; <c>.</c>: what is in the directory, as the archive's root.</param>
    /// <param name="output">Receives the plain archive.</param>
    /// <param name="ct">Ends it.</param>
    /// <param name="showsDot">See <see cref="WriteRules.ShowsDot"/>.</param>
    /// <returns>Length of the archive as docker tells it to people.</returns>
    /// <exception cref="EngineException">Something cannot be read.</exception>
    public long Read(TreePlace place, string shownAs, Stream output, CancellationToken ct, bool showsDot = false)
    {
        var writer = new TreeWriter(output, new WriteRules { Ids = tree.Ids, CrossesMounts = true, IsLive = true, ShowsDot = showsDot });
        try
        {
            TreeCopies.Write(writer, place, shownAs, ct);
            writer.Finish();
        }
        catch (LinuxException failure) when (!FullDisk.Is(failure)) { throw Failed(place.Path, failure); }
        catch (InvalidDataException failure) { throw new EngineException(ErrorCode.InvalidArgument, failure.Message, cause: failure); }

        containers.Tell(tree.Record, "archive-path");
        return writer.PlainBytes;
    }

    /// <summary>Unpacks an archive in a directory.</summary>
    /// <param name="directory">It must be there; links are followed.</param>
    /// <param name="archive">Plain or compressed.</param>
    /// <param name="rules">Whose the files are.</param>
    /// <param name="ct">Between two entries.</param>
    /// <exception cref="EngineException">NotFound: there is no such directory. PermissionDenied: nothing can be written there. InvalidArgument: the archive is none, or contradicts what is there.</exception>
    public void Write(string directory, Stream archive, ArchiveRules rules, CancellationToken ct) =>
        Write(directory, rules, (place, unpack) => TreeUnpacker.Unpack(archive, tree.Root, place, unpack, ct));

    /// <summary>The same with a plain archive in pieces.</summary>
    public void Write(string directory, IChunkSource archive, ArchiveRules rules, CancellationToken ct) =>
        Write(directory, rules, (place, unpack) => TreeUnpacker.Unpack(archive, tree.Root, place, unpack, ct));

    /// <summary>What a link leads to in the end, as a path of the container; empty: nowhere.</summary>
    /// <param name="place">A link, from <see cref="Find"/>.</param>
    public string TargetOf(TreePlace place)
    {
        try
        {
            using TreePlace target = TreePlace.Find(tree.Root, place.Path, follows: true);
            return CopyPath.Clean(target.Path);
        }
        catch (LinuxException) { return ""; } // a loop, or a directory on its way is missing
    }

    /// <summary>Whom copies belong to that do not bring their owners: the container's user.</summary>
    /// <exception cref="EngineException">InvalidArgument: the user is not known in the container.</exception>
    public (uint User, uint Group)? OwnerOfCopies()
    {
        if (tree.Record.Config.User is not { Length: > 0 } user) { return null; }

        using var files = new LayeredFiles(containers.RootfsOnDisk(tree.Record));
        ResolvedUser found = UserLookup.Resolve(files, user, []);
        return (found.Uid, found.Gid);
    }

    /// <inheritdoc/>
    public void Dispose() => tree.Dispose();

    private void Write(string directory, ArchiveRules rules, Func<byte[], UnpackRules, UnpackedTree> unpack)
    {
        RequireWritable(directory);
        byte[] place = System.Text.Encoding.UTF8.GetBytes(directory.Trim('/'));
        var how = new UnpackRules { Owner = rules.Owner, Ids = tree.Ids, Overwrites = rules.Overwrites, IsPrivileged = UserNamespace.IsInitial };
        try
        {
            // Files of a file system that belongs to a user namespace are made by ids that it has.
            using FileCredentials? root = tree.Ids is { } ids ? FileCredentials.Become(ids.UserToFile(0) ?? 0, ids.GroupToFile(0) ?? 0) : null;
            unpack(place, how);
        }
        catch (TreeException failure) when (failure.Errno is (Errno.EROFS)) { throw ReadOnly(isRoot: false, failure); }
        catch (TreeException failure) when (!FullDisk.Is(failure)) { throw new EngineException(ErrorCode.InvalidArgument, failure.Message, cause: failure); }
        catch (LinuxException failure) when (!FullDisk.Is(failure)) { throw Failed(directory, failure); }
        catch (Exception failure) when (failure is TarFormatException or InvalidDataException) { throw new EngineException(ErrorCode.InvalidArgument, $"Error processing tar file: {failure.Message}", "give a tar archive, plain or compressed", failure); }
        catch (IOException full) when (FullDisk.Is(full)) { throw new EngineException(ErrorCode.ResourceExhausted, full.Message, "make room on the disk that the container's files are on", full); }

        containers.Tell(tree.Record, "extract-to-dir");
    }

    private void RequireWritable(string path)
    {
        Errno errno = tree.Root.TryOpenDirectory(PathBytes.Encode(path), ResolveFlags.None, out DirFd? directory);
        if (errno == Errno.ENOTDIR) { throw new EngineException(ErrorCode.InvalidArgument, "extraction point is not a directory", $"name a directory of the container; {path} is none"); }

        if (errno != Errno.None) { throw Failed(path, new LinuxException("openat2", path, errno)); }

        using (directory)
        {
            FileSystemType.MagicOf(directory!, out bool isReadOnly); // not null: no error
            if (isReadOnly) { throw ReadOnly(directory!.Status().Mount == tree.Root.Status().Mount, cause: null); }
        }
    }

    private EngineException ReadOnly(bool isRoot, Exception? cause) => isRoot && tree.Record.Config.ReadOnlyRootfs
        ? new(ErrorCode.PermissionDenied, "container rootfs is marked read-only", "copy to a volume of the container, or make it without --read-only", cause)
        : new(ErrorCode.PermissionDenied, "mounted volume is marked read-only", "copy to the volume's source, or mount it without ro", cause);

    private EngineException Failed(string path, LinuxException failure) => failure.Errno == Errno.ENOENT
        ? NotThere(path)
        : new EngineException(ErrorCode.InvalidArgument, failure.Message, cause: failure);

    private EngineException NotThere(string path) => new(ErrorCode.NotFound, $"Could not find the file {path} in container {called}", $"inro exec {called} ls shows what is there while it runs");
}

/// <summary>How an archive is unpacked in a container.</summary>
public sealed record ArchiveRules
{
    /// <summary>Whom everything belongs to, as the container counts ids; null: whom the archive says.</summary>
    public (uint User, uint Group)? Owner { get; init; }

    /// <summary>Whether directories may be replaced by other things, and other things by directories.</summary>
    public bool Overwrites { get; init; }
}
