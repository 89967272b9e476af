using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Inro.Linux.Files;

/// <summary>Copies what is in a directory into another, empty one that nobody else can reach yet: files, directories, links, nodes, with owner, mode, times and attributes.</summary>
/// <remarks>
/// The source is hostile: everything goes name by name through descriptors, follows no link, crosses no mount (an empty directory stands
/// in for one), and is bounded. One object copies one tree.
/// </remarks>
/// <param name="owner">Decides whom a copy belongs to; throws where the original may not be read.</param>
public sealed class TreeCopy(Func<FileStatus, CopiedOwner> owner)
{
    /// <summary>Deepest directory that is copied.</summary>
    public const int MaxDepth = 128;

    /// <summary>Most names that are copied.</summary>
    public const int MaxNames = 256 * 1024;

    /// <summary>Most bytes of files that are copied, holes counted.</summary>
    public const long MaxBytes = 2L << 30;

    private const int BufferBytes = 128 * 1024;
    private const uint SetIdBits = 0xC00; // 06000
    private const uint OwnerOnly = 0x180; // 0600
    private const uint OwnerOnlyDirectory = 0x1C0; // 0700
    private const ResolveFlags Strictly = ResolveFlags.NoSymlinks | ResolveFlags.NoMountCrossing;

    private readonly Dictionary<((uint, uint), ulong), byte[]> linked = [];
    private byte[] buffer = [];
    private int names;
    private long bytes;

    /// <summary>Copies the content; the two directories themselves stay as they are.</summary>
    /// <exception cref="LinuxException">ENOSPC: the target is full. EACCES and the like: a file cannot be read or made.</exception>
    /// <exception cref="InvalidDataException">More than the limits of this class.</exception>
    public void Copy(DirFd from, DirFd to) => CopyInside(from, to, to, [], depth: 0);

    /// <summary>Copies one name that is no directory.</summary>
    /// <exception cref="LinuxException">EEXIST: the target has the name. ENOENT: the source has it not.</exception>
    /// <exception cref="InvalidDataException">More than the limits of this class.</exception>
    public void CopyName(DirFd from, DirFd to, byte[] name)
    {
        Check(from.TryStatus(name, out FileStatus status), "statx", name);
        if (status.Kind == FileKind.Directory) { throw new ArgumentException("a directory is copied with what is in it", nameof(name)); }

        CopyOne(from, to, to, name, status, [], depth: 0);
    }

    /// <summary>Gives one directory the owner, mode, times and attributes of another.</summary>
    public void CopyAttributes(DirFd from, DirFd to)
    {
        FileStatus status = from.Status();
        CopyAttributes(from, to, isForeign: owner(status).IsForeign);
        Finish(to, ".\0"u8, status);
    }

    private void CopyInside(DirFd from, DirFd to, DirFd top, byte[] path, int depth)
    {
        if (depth == MaxDepth) { throw TooMuch($"directories more than {MaxDepth} deep"); }

        foreach (byte[] name in from.List(MaxNames))
        {
            if (++names > MaxNames) { throw TooMuch($"more than {MaxNames} names"); }

            Errno errno = from.TryStatus(name, out FileStatus status);
            if (errno == Errno.ENOENT) { continue; } // gone meanwhile

            Check(errno, "statx", name);
            CopyOne(from, to, top, name, status, path, depth);
        }
    }

    private void CopyOne(DirFd from, DirFd to, DirFd top, byte[] name, in FileStatus status, byte[] path, int depth)
    {
        switch (status.Kind)
        {
            case FileKind.Directory:
                CopyDirectory(from, to, top, name, status, path, depth);
                break;
            case FileKind.Regular:
                if (status.Links > 1 && linked.TryGetValue((status.Device, status.Inode), out byte[]? first))
                {
                    Check(to.TryLink(top, first, name), "linkat", name); // below the new tree, of directories that were made here
                    return;
                }

                if (!CopyFile(from, to, name, status)) { return; }

                if (status.Links > 1) { linked.Add((status.Device, status.Inode), [.. path, .. name]); }
                break;
            case FileKind.SymbolicLink:
                Check(to.TryMakeSymlink([.. from.ReadLink(name), 0], name), "symlinkat", name);
                break;
            default:
                Errno made = to.TryMakeNode(name, status.Kind, OwnerOnly, status.Node.Major, status.Node.Minor);
                if (made == Errno.EPERM) { return; } // a user namespace makes no devices

                Check(made, "mknodat", name);
                break;
        }

        Finish(to, name, status);
    }

    private void CopyDirectory(DirFd from, DirFd to, DirFd top, byte[] name, in FileStatus status, byte[] path, int depth)
    {
        bool isForeign = owner(status).IsForeign;
        Check(to.TryMakeDirectory(name, OwnerOnlyDirectory), "mkdirat", name);
        Errno errno = from.TryOpenDirectory(name, Strictly, out DirFd? source);
        if (errno == Errno.EXDEV) { return; } // something is mounted there, which is not a part of this tree

        Check(errno, "openat2", name);
        using (source)
        {
            using DirFd target = to.OpenDirectory(name, Strictly);
            CopyInside(source!, target, top, [.. path, .. name[..^1], (byte)'/'], depth + 1); // not null: no errno
            CopyAttributes(source!, target, isForeign);
        }
    }

    /// <returns>False where something is mounted on the file.</returns>
    private bool CopyFile(DirFd from, DirFd to, byte[] name, in FileStatus status)
    {
        CopiedOwner whom = owner(status);
        using SafeFileHandle? source = from.OpenSame(name, status);
        if (source is null) { return false; }

        if ((bytes += Math.Max(status.Size, 0)) is < 0 or > MaxBytes) { throw TooMuch($"more than {MaxBytes} bytes"); }

        using SafeFileHandle target = to.OpenInside(name, OpenFlags.Write | OpenFlags.Create | OpenFlags.Exclusive, OwnerOnly, Strictly);
        if (buffer.Length == 0) { buffer = new byte[BufferBytes]; }

        long left = status.Size; // what grows meanwhile is not waited for
        while (left > 0)
        {
            int count = FileDescriptor.Read(source, buffer.AsSpan(0, (int)Math.Min(left, buffer.Length)), PathBytes.Show(name));
            if (count == 0) { break; }

            FileDescriptor.WriteAll(target, buffer.AsSpan(0, count), PathBytes.Show(name));
            left -= count;
        }

        // The owner first: a change of it takes capabilities away.
        Check(FileDescriptor.TrySetOwner(target, whom.User, whom.Group), "fchown", name);
        CopyAttributes(source, target, whom.IsForeign);
        return true;
    }

    private static void CopyAttributes(SafeHandle from, SafeHandle to, bool isForeign)
    {
        foreach (byte[] attribute in ExtendedAttributes.List(from))
        {
            ReadOnlySpan<byte> known = attribute;
            bool isCapability = known.SequenceEqual("security.capability\0"u8);
            bool isWanted = (isCapability && !isForeign) || known.StartsWith("user."u8) || known.StartsWith("system.posix_acl_"u8);
            if (!isWanted || known.StartsWith("user.overlay."u8) || ExtendedAttributes.Get(from, attribute) is not { } value) { continue; }

            Errno errno = ExtendedAttributes.TrySet(to, attribute, value);
            if (errno != Errno.EOPNOTSUPP) { Check(errno, "fsetxattr", attribute); } // a tmpfs before Linux 6.6 keeps none of the user's
        }
    }

    /// <summary>Owner, mode and times, in the order in which one does not undo the other; of a file the owner is there already, and is not touched again.</summary>
    private void Finish(DirFd directory, ReadOnlySpan<byte> name, in FileStatus status)
    {
        CopiedOwner whom = owner(status);
        if (status.Kind != FileKind.Regular) { Check(directory.TrySetOwner(name, whom.User, whom.Group), "fchownat", name); }

        if (status.Kind != FileKind.SymbolicLink)
        {
            Check(directory.TrySetMode(name, whom.IsForeign ? status.Permissions & ~SetIdBits : status.Permissions), "fchmodat", name);
        }

        Check(directory.TrySetTimes(name, status.Accessed, status.Modified), "utimensat", name);
    }

    private static void Check(Errno errno, string call, ReadOnlySpan<byte> name)
    {
        if (errno != Errno.None) { throw new LinuxException(call, PathBytes.Show(name), errno); }
    }

    private static InvalidDataException TooMuch(string what) => new($"the directory holds {what}");
}
