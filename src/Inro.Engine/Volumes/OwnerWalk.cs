using Inro.Linux;
using Inro.Linux.Files;

namespace Inro.Engine.Volumes;

/// <summary>Gives a directory, and all in it, to a user and a group: podman's <c>U</c>.</summary>
internal static class OwnerWalk
{
    private const int MaxDepth = 4096;

    /// <summary>Does it, where the directory itself is another's. No link is followed and no mount entered.</summary>
    /// <exception cref="EngineException">PermissionDenied: the kernel refuses.</exception>
    public static void Give(string path, uint user, uint group)
    {
        using DirFd top = DirFd.Open(path);
        FileStatus status = top.Status();
        if (status.UserId == user && status.GroupId == group) { return; }

        try
        {
            Walk(top, user, group, MaxDepth);
            Set(top, ".\0"u8, user, group); // last: it says that all else is done
        }
        catch (LinuxException refused)
        {
            throw new EngineException(ErrorCode.PermissionDenied, $"{path} cannot be given to {user}:{group}: {refused.Message}", "leave the option U out, or change its owner yourself", refused);
        }
    }

    private static void Walk(DirFd directory, uint user, uint group, int depth)
    {
        foreach (byte[] name in directory.List())
        {
            if (directory.TryStatus(name, out FileStatus status) != Errno.None) { continue; } // gone meanwhile

            if (status.Kind == FileKind.Directory && depth > 0
                && directory.TryOpenDirectory(name, ResolveFlags.NoSymlinks | ResolveFlags.NoMountCrossing, out DirFd? below) == Errno.None)
            {
                using (below) { Walk(below!, user, group, depth - 1); } // opened just now
            }

            Set(directory, name, user, group);
        }
    }

    private static void Set(DirFd directory, ReadOnlySpan<byte> name, uint user, uint group)
    {
        Errno errno = directory.TrySetOwner(name, user, group);
        if (errno is not (Errno.None or Errno.ENOENT)) { throw new LinuxException("fchownat", PathBytes.Show(name), errno); }
    }
}
