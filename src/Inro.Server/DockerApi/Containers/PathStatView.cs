using Inro.Engine.Archives;
using Inro.Linux.Files;
using Inro.Spec;
using Inro.Spec.DockerApi;

namespace Inro.Server.DockerApi.Containers;

/// <summary>What is at a path of a container, in Go's words.</summary>
internal static class PathStatView
{
    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>Maps a place.</summary>
    public static PathStat Of(ContainerFileSystem files, TreePlace place)
    {
        FileStatus status = place.Status!.Value; // found
        string target = status.Kind == FileKind.SymbolicLink ? files.TargetOf(place) : "";
        long modified = (status.Modified.Seconds * NanosecondsPerSecond) + status.Modified.Nanoseconds;
        return new PathStat(NameOf(place), status.Size, GoMode(status.Mode), Rfc3339.Format(modified), target);
    }

    /// <summary>os.FileMode: nine permission bits as everywhere, all else in places of its own. See Go's io/fs.</summary>
    public static uint GoMode(uint mode)
    {
        const uint Directory = 1u << 31, Symlink = 1u << 27, Device = 1u << 26, NamedPipe = 1u << 25, Socket = 1u << 24;
        const uint SetUser = 1u << 23, SetGroup = 1u << 22, CharacterDevice = 1u << 21, Sticky = 1u << 20, Irregular = 1u << 19;
        uint kind = (FileKind)(mode & (uint)FileKind.Mask) switch
        {
            FileKind.Regular => 0,
            FileKind.Directory => Directory,
            FileKind.SymbolicLink => Symlink,
            FileKind.BlockDevice => Device,
            FileKind.CharacterDevice => Device | CharacterDevice,
            FileKind.Fifo => NamedPipe,
            FileKind.Socket => Socket,
            _ => Irregular,
        };
        return (mode & 0x1FF) | kind
            | ((mode & 0x800) != 0 ? SetUser : 0)
            | ((mode & 0x400) != 0 ? SetGroup : 0)
            | ((mode & 0x200) != 0 ? Sticky : 0);
    }

    private static string NameOf(TreePlace place) => place.Name != "." ? place.Name : place.DirectoryPath.TrimEnd('/') is { Length: > 0 } path ? path[(path.LastIndexOf('/') + 1)..] : "/";
}
