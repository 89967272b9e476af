using Inro.Linux;
using Inro.Linux.Files;

namespace Inro.Engine.Containers;

/// <summary>A directory of checkpoints: each is a directory in it, whose name leads nowhere else.</summary>
/// <param name="directory">Its path.</param>
/// <param name="name">The checkpoint that is meant.</param>
internal sealed class CheckpointDirectory(string directory, string name)
{
    private const uint OwnerOnly = 0x1C0; // 0700

    private string Path => $"{directory}/{name}";

    /// <summary>Makes the checkpoint's own directory.</summary>
    /// <exception cref="EngineException">AlreadyExists: docker's words.</exception>
    public string Make(string container)
    {
        CheckName();
        Directory.CreateDirectory(directory, UnixMode.OwnerOnly);
        using DirFd all = DirFd.Open(directory);
        Errno errno = all.TryMakeDirectory(PathBytes.Encode(name), OwnerOnly);
        return errno switch
        {
            Errno.None => Path,
            Errno.EEXIST => throw new EngineException(ErrorCode.AlreadyExists, $"checkpoint with name {name} already exists for container {container}", $"inro checkpoint rm {container} {name}"),
            _ => throw new LinuxException("mkdirat", Path, errno),
        };
    }

    /// <summary>The checkpoint's path.</summary>
    /// <exception cref="EngineException">NotFound: docker's words.</exception>
    public string Find(string container)
    {
        CheckName();
        if (Directory.Exists(directory))
        {
            using DirFd all = DirFd.Open(directory);
            if (all.TryStatus(PathBytes.Encode(name), out FileStatus status) == Errno.None && status.Kind == FileKind.Directory) { return Path; }
        }

        throw new EngineException(ErrorCode.NotFound, $"checkpoint {name} does not exist for container {container}", $"those that are there: inro checkpoint ls {container}");
    }

    /// <summary>Removes it.</summary>
    /// <exception cref="EngineException">NotFound: it is not there.</exception>
    public void Remove(string container)
    {
        _ = Find(container);
        using DirFd all = DirFd.Open(directory);
        all.RemoveTree(PathBytes.Encode(name));
    }

    /// <summary>The names of all in a directory, sorted.</summary>
    public static IReadOnlyList<string> List(string directory) =>
        Directory.Exists(directory) ? [.. new DirectoryInfo(directory).EnumerateDirectories().Where(static d => d.LinkTarget is null && ContainerName.IsName(d.Name)).Select(static d => d.Name).Order(StringComparer.Ordinal)] : [];

    private void CheckName()
    {
        if (ContainerName.IsName(name)) { return; }

        throw new EngineException(
            ErrorCode.InvalidArgument,
            $"Invalid checkpoint ID ({name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed",
            "use two characters or more, the first of them a letter or a digit");
    }
}
