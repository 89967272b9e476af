using System.Globalization;
using Inro.Images.Bytes;
using Inro.Images.Layers;
using Inro.Images.Layers.Tar;
using Inro.Images.Trees;
using Inro.Linux;
using Inro.Linux.Files;
using Inro.Linux.Namespaces;

namespace Inro.Engine.Archives;

/// <summary>How a copy between host and container is made.</summary>
public sealed record CopyOptions
{
    /// <summary>Whether owners are kept; otherwise what goes in belongs to the container's root, and what comes out to the caller.</summary>
    public bool KeepsOwners { get; init; }

    /// <summary>Whether a source that is a link is followed.</summary>
    public bool FollowsLink { get; init; }

    /// <summary>Whether directories may be replaced by other things, and other things by directories.</summary>
    public bool Overwrites { get; init; }
}

/// <summary>Copies between paths of the host and of a container, by the rules of docker's cp.</summary>
public static class HostCopies
{
    /// <summary>Copies out of a container.</summary>
    /// <param name="files">The container's files.</param>
    /// <param name="source">Path in the container, as typed.</param>
    /// <param name="target">Path on the host, as typed.</param>
    /// <param name="options">How.</param>
    /// <param name="ct">Ends it; what was copied until then stays.</param>
    /// <returns>Length of the archive as docker tells it to people.</returns>
    /// <exception cref="EngineException">NotFound: there is no source. InvalidArgument: source and target do not fit.</exception>
    public static long Out(ContainerFileSystem files, string source, string target, CopyOptions options, CancellationToken ct)
    {
        string full = Full(target);
        using DirFd host = DirFd.Open("/");
        RequireOutput(host, full);
        using TreePlace from = files.Find(Absolute(source), options.FollowsLink);
        using TreePlace to = FindOnHost(host, full, follows: true);
        CopyTarget place = CopyTarget.Of(Absolute(source), from.IsDirectory, target, to);
        var rules = new UnpackRules { SetsOwners = options.KeepsOwners, Overwrites = options.Overwrites, IsPrivileged = UserNamespace.IsInitial };
        try
        {
            using DirFd directory = DirFd.Open(place.Directory);
            long bytes = 0;
            using var pipe = new ChunkPipe(output => bytes = files.Read(from, place.Name, output, ct));
            TreeUnpacker.Unpack(pipe, directory, default, rules, ct);
            return bytes;
        }
        catch (TreeException failure) when (!FullDisk.Is(failure)) { throw new EngineException(ErrorCode.InvalidArgument, failure.Message, cause: failure); }
        catch (LinuxException failure) when (!FullDisk.Is(failure)) { throw Failed(failure); }
        catch (TarFormatException failure) { throw new EngineException(ErrorCode.Internal, failure.Message, cause: failure); }
    }

    /// <summary>Copies into a container.</summary>
    /// <param name="source">Path on the host, as typed.</param>
    /// <param name="files">The container's files.</param>
    /// <param name="target">Path in the container, as typed.</param>
    /// <inheritdoc cref="Out"/>
    public static long In(string source, ContainerFileSystem files, string target, CopyOptions options, CancellationToken ct)
    {
        string full = Full(source);
        using DirFd host = DirFd.Open("/");
        using TreePlace from = FindOnHost(host, full, options.FollowsLink);
        if (from.Status is null) { throw NotThere("lstat", full.TrimEnd('/')); }

        CopyTarget place;
        using (TreePlace to = files.Locate(Absolute(target), follows: true))
        {
            RequirePlain(to, target, files);
            place = CopyTarget.Of(full, from.IsDirectory, target, to);
        }

        var writer = new TreeWriterOfHost(from, place.Name, ct);
        using var pipe = new ChunkPipe(writer.Write);
        files.Write(place.Directory, pipe, new ArchiveRules { Owner = options.KeepsOwners ? null : (0, 0), Overwrites = options.Overwrites }, ct);
        return writer.PlainBytes;
    }

    /// <summary>Unpacks an archive in a directory of a container. The archive says whose its files are.</summary>
    /// <param name="archive">Plain or compressed.</param>
    /// <param name="files">The container's files.</param>
    /// <param name="target">Path in the container, as typed.</param>
    /// <param name="options">How.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="EngineException">InvalidArgument: the target is no directory.</exception>
    public static void Unpack(Stream archive, ContainerFileSystem files, string target, CopyOptions options, CancellationToken ct)
    {
        using (TreePlace to = files.Locate(Absolute(target), follows: true))
        {
            if (!to.IsDirectory) { throw new EngineException(ErrorCode.InvalidArgument, $"destination \"{files.Called}:{target}\" must be a directory", "name a directory that is there"); }
        }

        files.Write(Absolute(target), archive, new ArchiveRules { Overwrites = options.Overwrites }, ct);
    }

    /// <summary>The path with the working directory before it; what stands at its end stays.</summary>
    private static string Full(string path) => path.StartsWith('/') ? path : $"{Environment.CurrentDirectory}/{path}";

    private static string Absolute(string path) => path.StartsWith('/') ? path : "/" + path;

    private static TreePlace FindOnHost(DirFd host, string path, bool follows)
    {
        try { return TreePlace.Find(host, path, follows); }
        catch (LinuxException failure) when (failure.Errno == Errno.ENOENT) { throw NotThere("lstat", path); }
        catch (LinuxException failure) when (failure.Errno == Errno.ENOTDIR) { throw new EngineException(ErrorCode.InvalidArgument, $"lstat {path}: not a directory", cause: failure); }
        catch (LinuxException failure) { throw Failed(failure); }
    }

    /// <summary>The directory that takes the copy must be there, and what is at the target be a file or a directory.</summary>
    private static void RequireOutput(DirFd host, string path)
    {
        (string parent, _) = CopyPath.Split(path);
        if (host.TryOpenDirectory(PathBytes.Encode(parent), ResolveFlags.None, out DirFd? directory) != Errno.None)
        {
            throw new EngineException(ErrorCode.InvalidArgument, $"invalid output path: directory \"{parent}\" does not exist", $"mkdir -p {parent}");
        }

        directory!.Dispose(); // not null: no error
        using TreePlace there = FindOnHost(host, path, follows: true);
        if (IsSpecial(there.Status) is { } what) { throw new EngineException(ErrorCode.InvalidArgument, $"invalid output path: \"{path}\" must be a directory or a regular file: {what}", "name a file or a directory, or - for standard output"); }
    }

    private static void RequirePlain(TreePlace to, string target, ContainerFileSystem files)
    {
        if (IsSpecial(to.Status) is { } what)
        {
            throw new EngineException(ErrorCode.InvalidArgument, $"destination \"{files.Called}:{target}\" must be a directory or a regular file: {what}", "name a file or a directory");
        }
    }

    private static string? IsSpecial(FileStatus? status) => status?.Kind switch
    {
        null or FileKind.Regular or FileKind.Directory => null,
        FileKind.CharacterDevice or FileKind.BlockDevice => "got a device",
        _ => "got an irregular file",
    };

    private static EngineException NotThere(string call, string path) => new(ErrorCode.NotFound, $"{call} {path}: no such file or directory", "name a file or a directory of the host that is there");

    private static EngineException Failed(LinuxException failure) => new(ErrorCode.InvalidArgument, failure.Message, cause: failure);

    /// <summary>Runs on the thread that reads the host's files.</summary>
    private sealed class TreeWriterOfHost(TreePlace from, string name, CancellationToken ct)
    {
        public long PlainBytes { get; private set; }

        public void Write(Stream output)
        {
            var writer = new TreeWriter(output, new WriteRules { CrossesMounts = true, IsLive = true, IsOwn = true });
            try { TreeCopies.Write(writer, from, name, ct); }
            catch (LinuxException failure) when (!FullDisk.Is(failure)) { throw Failed(failure); }
            catch (InvalidDataException failure) { throw new EngineException(ErrorCode.InvalidArgument, string.Create(CultureInfo.InvariantCulture, $"{from.Path}: {failure.Message}"), cause: failure); }

            writer.Finish();
            PlainBytes = writer.PlainBytes;
        }
    }
}
