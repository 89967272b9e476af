using Inro.Engine.Containers.Rootfs;
using Inro.Linux;
using Inro.Linux.Files;
using Inro.Spec;
using Microsoft.Win32.SafeHandles;

namespace Inro.Engine.Bundles;

/// <summary>Copies what layers show together into a directory, exact to the attribute. One object copies one tree.</summary>
/// <param name="top">The directory, empty; owned by the caller.</param>
/// <param name="ct">Ends it.</param>
internal sealed class BundleTree(DirFd top, CancellationToken ct)
{
    /// <summary>Deepest directory that is copied: each level holds descriptors.</summary>
    public const int MaxDepth = 200;

    private const uint OwnerOnly = 0x180; // 0600
    private const uint OwnerOnlyDirectory = 0x1C0; // 0700
    private const int BufferBytes = 1 << 20;
    private const int HoleBytes = 64 << 10;
    private const int BlockBytes = 512;

    private readonly Dictionary<((uint, uint), ulong), byte[]> linked = [];
    private readonly byte[] buffer = new byte[BufferBytes];

    /// <summary>Copies.</summary>
    /// <param name="layers">What shows the tree.</param>
    /// <exception cref="EngineException">InvalidArgument: a directory is deeper than <see cref="MaxDepth"/>.</exception>
    public void Copy(SnapshotMount layers)
    {
        using MergedDirectory root = MergedDirectory.TryOpen(layers, "/")!; // the root is there
        CopyInside(root, top, [], 0);
        FinishDirectory(root, top);
    }

    private void CopyInside(MergedDirectory from, DirFd to, byte[] path, int depth)
    {
        if (depth == MaxDepth) { throw new EngineException(ErrorCode.InvalidArgument, $"directories of the image are more than {MaxDepth} deep", "run the image in a container instead"); }

        foreach ((byte[] name, FileStatus status, DirFd layer) in from.Entries())
        {
            ct.ThrowIfCancellationRequested();
            if (status.Kind == FileKind.Directory) { CopyDirectory(from, to, name, path, depth); }
            else { CopyOne(layer, to, name, status, path); }
        }
    }

    private void CopyDirectory(MergedDirectory from, DirFd to, byte[] name, byte[] path, int depth)
    {
        Check(to.TryMakeDirectory(name, OwnerOnlyDirectory), "mkdirat", name);
        using MergedDirectory source = from.TryOpen(name) ?? throw new LinuxException("openat2", PathBytes.Show(name), Errno.ESTALE);
        using DirFd target = to.OpenDirectory(name, ResolveFlags.NoSymlinks);
        CopyInside(source, target, [.. path, .. name[..^1], (byte)'/'], depth + 1);
        FinishDirectory(source, target);
    }

    private void CopyOne(DirFd from, DirFd to, byte[] name, in FileStatus status, byte[] path)
    {
        var inode = (status.Device, status.Inode);
        if (status.Links > 1 && linked.TryGetValue(inode, out byte[]? first))
        {
            Check(to.TryLink(top, first, name), "linkat", name);
            return;
        }

        if (status.Kind == FileKind.Regular) { CopyFile(from, to, name, status); }
        else { CopyOther(from, to, name, status); }

        if (status.Links > 1) { linked.Add(inode, [.. path, .. name]); }
    }

    private void CopyFile(DirFd from, DirFd to, byte[] name, in FileStatus status)
    {
        using SafeFileHandle source = from.OpenSame(name, status) ?? throw new LinuxException("openat2", PathBytes.Show(name), Errno.EXDEV);
        using SafeFileHandle target = to.OpenInside(name, OpenFlags.Write | OpenFlags.Create | OpenFlags.Exclusive | OpenFlags.NoFollow, OwnerOnly, ResolveFlags.NoSymlinks);
        CopyContent(source, target, status);
        Check(FileDescriptor.TrySetOwner(target, status.UserId, status.GroupId), "fchown", name); // before the mode and the attributes, of which it takes some away
        Check(FileDescriptor.TrySetMode(target, status.Permissions), "fchmod", name);
        foreach (byte[] attribute in ExtendedAttributes.List(source))
        {
            if (IsOurs(attribute) && ExtendedAttributes.Get(source, attribute) is { } value) { Check(ExtendedAttributes.TrySet(target, attribute, value), "fsetxattr", attribute); }
        }

        Check(FileDescriptor.TrySetTimes(target, status.Accessed, status.Modified), "futimens", name);
    }

    /// <summary>A file that has holes keeps them.</summary>
    private void CopyContent(SafeFileHandle source, SafeFileHandle target, in FileStatus status)
    {
        bool hasHoles = status.Blocks * BlockBytes < status.Size;
        long at = 0;
        while (at < status.Size)
        {
            ct.ThrowIfCancellationRequested();
            int count = FileDescriptor.ReadAt(source, buffer.AsSpan(0, hasHoles ? HoleBytes : BufferBytes), at, "file");
            if (count == 0) { break; }

            bool isHole = hasHoles && !buffer.AsSpan(0, count).ContainsAnyExcept((byte)0);
            if (!isHole) { FileDescriptor.WriteAllAt(target, buffer.AsSpan(0, count), at, "file"); }

            at += count;
        }

        if (hasHoles) { FileDescriptor.SetLength(target, status.Size, "file"); }
    }

    private static void CopyOther(DirFd from, DirFd to, byte[] name, in FileStatus status)
    {
        bool isLink = status.Kind == FileKind.SymbolicLink;
        Check(isLink ? to.TryMakeSymlink([.. from.ReadLink(name), 0], name) : to.TryMakeNode(name, status.Kind, OwnerOnly, status.Node.Major, status.Node.Minor), isLink ? "symlinkat" : "mknodat", name);
        Check(to.TrySetOwner(name, status.UserId, status.GroupId), "fchownat", name);
        if (!isLink) { Check(to.TrySetMode(name, status.Permissions), "fchmodat", name); }

        foreach ((byte[] attribute, byte[] value) in NamedAttributes.Read(from, name))
        {
            if (IsOurs(attribute)) { Check(ExtendedAttributes.TrySet(to, name, attribute, value), "setxattrat", attribute); }
        }

        Check(to.TrySetTimes(name, status.Accessed, status.Modified), "utimensat", name);
    }

    private static void FinishDirectory(MergedDirectory from, DirFd to)
    {
        FileStatus status = from.Status;
        Check(to.TrySetOwner(".\0"u8, status.UserId, status.GroupId), "fchownat", "."u8);
        Check(to.TrySetMode(".\0"u8, status.Permissions), "fchmodat", "."u8);
        foreach (byte[] attribute in ExtendedAttributes.List(from.Top))
        {
            if (IsOurs(attribute) && ExtendedAttributes.Get(from.Top, attribute) is { } value) { Check(ExtendedAttributes.TrySet(to, attribute, value), "fsetxattr", attribute); }
        }

        Check(to.TrySetTimes(".\0"u8, status.Accessed, status.Modified), "utimensat", "."u8);
    }

    /// <summary>False for what overlayfs means by an attribute: that is of the store, not of the image.</summary>
    private static bool IsOurs(ReadOnlySpan<byte> attribute) => !attribute.StartsWith("trusted.overlay."u8) && !attribute.StartsWith("user.overlay."u8);

    private static void Check(Errno errno, string call, ReadOnlySpan<byte> name)
    {
        if (errno != Errno.None) { throw new LinuxException(call, PathBytes.Show(name), errno); }
    }
}
