using Inro.Linux;
using Inro.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace Inro.Images.Archives;

/// <summary>An unpacked archive in a directory.</summary>
/// <param name="directory">Closed with this object.</param>
internal sealed class DirectoryArchive(DirFd directory) : ArchiveFiles
{
    private readonly Dictionary<string, ArchiveFile> open = new(StringComparer.Ordinal);

    public override ArchiveFile? Find(string path)
    {
        if (open.TryGetValue(path, out ArchiveFile? known)) { return known; }

        // without blocking: a fifo in the place of a file would wait for a writer
        Errno errno = directory.TryOpenInside(PathBytes.Encode(path), OpenFlags.Read | OpenFlags.NonBlocking, 0, ResolveFlags.None, out SafeFileHandle? file);
        if (errno is Errno.ENOENT or Errno.ENOTDIR) { return null; }

        if (errno != Errno.None) { throw new LinuxException("openat2", path, errno); }

        FileStatus status = FileDescriptor.Status(file!, path);
        if (status.Kind == FileKind.Regular) { return open[path] = new ArchiveFile(status.Size, file); }

        file!.Dispose();
        return null;
    }

    public override void Dispose()
    {
        directory.Dispose();
        foreach (ArchiveFile file in open.Values) { file.File?.Dispose(); }
    }
}
