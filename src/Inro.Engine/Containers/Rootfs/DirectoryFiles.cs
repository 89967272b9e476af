using Inro.Linux;
using Inro.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace Inro.Engine.Containers.Rootfs;

/// <summary>A root file system that is one directory, or is mounted at one.</summary>
/// <param name="root">Stays the caller's.</param>
public sealed class DirectoryFiles(DirFd root) : IRootfsFiles
{
    /// <inheritdoc/>
    public byte[]? TryRead(string path, int maxBytes)
    {
        try
        {
            using SafeFileHandle place = root.OpenInside(path, OpenFlags.PathOnly);
            if (FileDescriptor.Status(place, path).Kind != FileKind.Regular) { throw new InvalidDataException($"{path} is no regular file"); }

            using SafeFileHandle file = root.OpenInside(path, OpenFlags.Read | OpenFlags.NonBlocking);
            return FileDescriptor.ReadToEnd(file, maxBytes, path);
        }
        catch (LinuxException e) when (e.Errno is Errno.ENOENT or Errno.ENOTDIR or Errno.ELOOP)
        {
            return null;
        }
    }
}
