using System.Text;
using Inro.Linux;
using Inro.Linux.Files;

namespace Inro.Engine.Archives;

/// <summary>Where a path leads below a root: the directory, open, that has its last name, and what that name is. No link leads out of the root.</summary>
public sealed class TreePlace : IDisposable
{
    /// <summary>As the kernel allows in one look-up.</summary>
    private const int MaxLinks = 40;

    private TreePlace(DirFd directory, string directoryPath, string name, FileStatus? status)
    {
        Directory = directory;
        DirectoryPath = directoryPath;
        Name = name;
        Status = status;
    }

    /// <summary>The directory; <see cref="Name"/> is in it.</summary>
    public DirFd Directory { get; }

    /// <summary>The path of the directory, absolute; links may be on it.</summary>
    public string DirectoryPath { get; }

    /// <summary>One name; <c>.</c> is the directory itself.</summary>
    public string Name { get; }

    /// <summary>The name with a zero byte, as calls take it.</summary>
    public byte[] NameBytes => PathBytes.Encode(Name);

    /// <summary>What it is; null: nothing.</summary>
    public FileStatus? Status { get; }

    /// <summary>Whether it is a directory.</summary>
    public bool IsDirectory => Status?.Kind == FileKind.Directory;

    /// <summary>The whole path, absolute.</summary>
    public string Path => Name == "." ? DirectoryPath : DirectoryPath == "/" ? "/" + Name : DirectoryPath + "/" + Name;

    /// <summary>Goes to a path.</summary>
    /// <param name="root">What stands in for "/".</param>
    /// <param name="path">Absolute or not; a slash or <c>/.</c> at the end says that it must be a directory, and follows a last link.</param>
    /// <param name="follows">Whether a link at the end is followed anyway.</param>
    /// <exception cref="LinuxException">ENOENT: a directory on the way is missing. ENOTDIR: something on the way, or at an end with a slash, is no directory. ELOOP: links lead nowhere.</exception>
    public static TreePlace Find(DirFd root, string path, bool follows)
    {
        for (int links = 0; links <= MaxLinks; links++)
        {
            (string parent, string name) = CopyPath.Split(path);
            if (name is "." or "")
            {
                DirFd whole = root.OpenDirectory(Absolute(parent));
                return new TreePlace(whole, Absolute(parent), ".", whole.Status());
            }

            DirFd directory = root.OpenDirectory(Absolute(parent));
            Errno errno = directory.TryStatus(name, out FileStatus status);
            if (errno is not (Errno.None or Errno.ENOENT))
            {
                directory.Dispose();
                throw new LinuxException("lstat", path, errno);
            }

            if (errno == Errno.None && status.Kind == FileKind.SymbolicLink && (follows || CopyPath.NamesDirectory(path)))
            {
                using (directory) { path = Followed(directory, Absolute(parent), name, path); }

                continue;
            }

            if (errno == Errno.None && status.Kind != FileKind.Directory && CopyPath.NamesDirectory(path))
            {
                directory.Dispose();
                throw new LinuxException("lstat", path, Errno.ENOTDIR);
            }

            return new TreePlace(directory, Absolute(parent), name, errno == Errno.None ? status : null);
        }

        throw new LinuxException("lstat", path, Errno.ELOOP);
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Dispose();

    private static string Followed(DirFd directory, string parent, string name, string path)
    {
        string link = Encoding.UTF8.GetString(directory.ReadLink(PathBytes.Encode(name)));
        return (link.StartsWith('/') ? link : parent + "/" + link) + (CopyPath.NamesDirectory(path) ? "/." : "");
    }

    private static string Absolute(string path) => path.StartsWith('/') ? path : "/" + path;
}
