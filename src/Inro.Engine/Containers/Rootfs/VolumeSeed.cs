using Inro.Linux;
using Inro.Linux.Files;
using Inro.Spec;
using Microsoft.Win32.SafeHandles;

namespace Inro.Engine.Containers.Rootfs;

/// <summary>Copies what an image has at a place into the new volume that is mounted there, as docker does.</summary>
/// <remarks>Owners, modes, times and attributes are kept; each name of a hard link becomes a file of its own. Sockets are left out.</remarks>
internal static class VolumeSeed
{
    /// <summary>Deeper trees are refused: each level holds descriptors.</summary>
    private const int MaxDepth = 256;

    private const int BufferBytes = 128 << 10;
    private const uint PrivateMode = 0x180; // 0600 until the real mode is set

    /// <summary>Copies, and gives the volume the owner and mode of the image's directory. Nothing happens where the image has no directory there.</summary>
    /// <param name="rootfs">The container's root file system.</param>
    /// <param name="place">Absolute path in it.</param>
    /// <param name="volume">The volume's directory, empty.</param>
    public static void Copy(SnapshotMount rootfs, string place, DirFd volume)
    {
        using MergedDirectory? source = MergedDirectory.TryOpen(rootfs, place);
        if (source is null) { return; }

        CopyContent(source, volume, depth: 0);
        Dress(source, volume);
    }

    private static void CopyContent(MergedDirectory from, DirFd to, int depth)
    {
        if (depth > MaxDepth) { throw new EngineException(ErrorCode.InvalidArgument, $"the image's directory for a volume is more than {MaxDepth} levels deep", "mount the volume with nocopy"); }

        foreach ((byte[] name, FileStatus status, DirFd layer) in from.Entries())
        {
            switch (status.Kind)
            {
                case FileKind.Directory:
                    CopyDirectory(from, to, name, depth);
                    break;
                case FileKind.Regular:
                    CopyFile(layer, to, name, status);
                    break;
                case FileKind.SymbolicLink:
                    Require(to.TryMakeSymlink([.. layer.ReadLink(name), 0], name), "symlinkat");
                    DressByName(to, name, status, withMode: false);
                    break;
                case FileKind.Fifo or FileKind.CharacterDevice or FileKind.BlockDevice:
                    Require(to.TryMakeNode(name, status.Kind, status.Permissions, status.Node.Major, status.Node.Minor), "mknodat");
                    DressByName(to, name, status, withMode: true);
                    break;
                default:
                    break;
            }
        }
    }

    private static void CopyDirectory(MergedDirectory from, DirFd to, byte[] name, int depth)
    {
        using MergedDirectory? source = from.TryOpen(name);
        if (source is null) { return; }

        Require(to.TryMakeDirectory(name, 0x1C0), "mkdirat");
        using DirFd target = to.OpenDirectory(name, ResolveFlags.NoSymlinks);
        CopyContent(source, target, depth + 1);
        Dress(source, target);
    }

    private static void CopyFile(DirFd layer, DirFd to, byte[] name, FileStatus status)
    {
        using SafeFileHandle source = layer.OpenInside(name, OpenFlags.Read | OpenFlags.NoFollow | OpenFlags.NonBlocking);
        using SafeFileHandle target = to.OpenInside(name, OpenFlags.Write | OpenFlags.Create | OpenFlags.Exclusive | OpenFlags.NoFollow, PrivateMode);
        CopyBytes(source, target, status.Size);
        Require(FileDescriptor.TrySetOwner(target, status.UserId, status.GroupId), "fchown");
        Require(FileDescriptor.TrySetMode(target, status.Permissions), "fchmod");
        CopyAttributes(source, target);
        Require(FileDescriptor.TrySetTimes(target, status.Accessed, status.Modified), "futimens");
    }

    private static void CopyBytes(SafeFileHandle source, SafeFileHandle target, long size)
    {
        long done = 0;
        try
        {
            for (long copied = 1; done < size && copied > 0; done += copied)
            {
                copied = FileDescriptor.CopyRange(source, done, target, done, size - done, "volume");
            }
        }
        catch (LinuxException other) when (other.Errno is Errno.EXDEV or Errno.EINVAL or Errno.EOPNOTSUPP)
        {
            byte[] buffer = new byte[BufferBytes]; // volumes on another file system than the layers
            for (int read = 1; done < size && read > 0; done += read)
            {
                read = RandomAccess.Read(source, buffer, done);
                RandomAccess.Write(target, buffer.AsSpan(0, read), done);
            }
        }
    }

    private static void Dress(MergedDirectory from, DirFd to)
    {
        FileStatus status = from.Status;
        CopyAttributes(from.Top, to);
        DressByName(to, ".\0"u8, status, withMode: true);
    }

    private static void DressByName(DirFd directory, ReadOnlySpan<byte> name, FileStatus status, bool withMode)
    {
        Require(directory.TrySetOwner(name, status.UserId, status.GroupId), "fchownat");
        if (withMode) { Require(directory.TrySetMode(name, status.Permissions), "fchmodat"); }

        Require(directory.TrySetTimes(name, status.Accessed, status.Modified), "utimensat");
    }

    /// <summary>Attributes that the target's file system does not take are left out, but for the overlay's own marks, which never belong to content.</summary>
    private static void CopyAttributes(System.Runtime.InteropServices.SafeHandle from, System.Runtime.InteropServices.SafeHandle to)
    {
        foreach (byte[] attribute in ExtendedAttributes.List(from))
        {
            bool isMark = attribute.AsSpan().StartsWith("trusted.overlay."u8) || attribute.AsSpan().StartsWith("user.overlay."u8);
            if (isMark || ExtendedAttributes.Get(from, attribute) is not { } value) { continue; }

            Errno errno = ExtendedAttributes.TrySet(to, attribute, value);
            if (errno is not (Errno.None or Errno.EOPNOTSUPP or Errno.EPERM)) { throw new LinuxException("fsetxattr", "volume", errno); }
        }
    }

    private static void Require(Errno errno, string call)
    {
        if (errno != Errno.None) { throw new LinuxException(call, "volume", errno); }
    }
}
