using System.Runtime.InteropServices;
using Inro.Images.Layers;
using Inro.Linux;
using Inro.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace Inro.Images.Snapshots;

/// <summary>Makes one plain tree of layers that are in overlayfs's form, the lowest first: what a mount of them would show.</summary>
/// <remarks>
/// Types, owners, modes, times, attributes, hard links, device numbers and holes are kept; overlayfs's own marks do not get into the tree.
/// Blocks are shared with the layers where the file system can. One layer after the other needs descriptors for the depth of the tree alone, however many layers there are.
/// </remarks>
internal sealed class LayersCopy
{
    /// <summary>Deeper trees are refused: each level holds two descriptors.</summary>
    public const int MaxDepth = 2048;

    private const uint PrivateMode = 0x180; // 0600 until the real mode is set
    private const uint PrivateDirectoryMode = 0x1C0; // 0700

    private readonly DirFd tree;
    private readonly FileContentCopy content = new();
    private readonly Dictionary<ulong, byte[]> linked = []; // of the layer that is being applied

    /// <param name="tree">Empty, and out of everybody's reach.</param>
    public LayersCopy(DirFd tree) => this.tree = tree;

    /// <summary>Puts a layer on top of those before it.</summary>
    /// <exception cref="LinuxException">ENOSPC: the disk is full.</exception>
    public void Apply(DirFd layer)
    {
        linked.Clear();
        ApplyInside(layer, tree, [], depth: 0);
        Dress(layer, tree, isNew: false);
    }

    private void ApplyInside(DirFd from, DirFd to, byte[] path, int depth)
    {
        if (depth == MaxDepth) { throw new InvalidDataException($"a layer has directories more than {MaxDepth} deep"); }

        foreach (byte[] name in from.List())
        {
            Require(from.TryStatus(name, out FileStatus status), "statx", name);
            if (OverlayAttributes.IsWhiteout(status)) { to.RemoveTree(name); }
            else if (status.Kind == FileKind.Directory) { ApplyDirectory(from, to, name, path, depth); }
            else
            {
                to.RemoveTree(name);
                ApplyOther(from, to, name, status, path);
            }
        }
    }

    private void ApplyDirectory(DirFd from, DirFd to, byte[] name, byte[] path, int depth)
    {
        using DirFd source = from.OpenDirectory(name, ResolveFlags.NoSymlinks);
        bool isThere = to.TryStatus(name, out FileStatus there) == Errno.None;
        if (isThere && (there.Kind != FileKind.Directory || OverlayMarks.IsOpaque(source)))
        {
            to.RemoveTree(name);
            isThere = false;
        }

        if (!isThere) { Require(to.TryMakeDirectory(name, PrivateDirectoryMode), "mkdirat", name); }

        using DirFd target = to.OpenDirectory(name, ResolveFlags.NoSymlinks);
        ApplyInside(source, target, [.. path, .. name.AsSpan(0, name.Length - 1), (byte)'/'], depth + 1);
        Dress(source, target, isNew: !isThere);
    }

    private void ApplyOther(DirFd from, DirFd to, byte[] name, in FileStatus status, byte[] path)
    {
        if (status.Links > 1 && linked.TryGetValue(status.Inode, out byte[]? first))
        {
            Require(to.TryLink(tree, first, name), "linkat", name); // made here, below directories that were made here
            return;
        }

        if (status.Kind == FileKind.Regular) { ApplyFile(from, to, name, status); }
        else
        {
            Require(status.Kind == FileKind.SymbolicLink
                ? to.TryMakeSymlink([.. from.ReadLink(name), 0], name)
                : to.TryMakeNode(name, status.Kind, PrivateMode, status.Node.Major, status.Node.Minor), "mknodat", name);
            Require(to.TrySetOwner(name, status.UserId, status.GroupId), "fchownat", name);
            if (status.Kind != FileKind.SymbolicLink) { Require(to.TrySetMode(name, status.Permissions), "fchmodat", name); }

            foreach (byte[] attribute in ExtendedAttributes.List(from, name))
            {
                if (!IsContent(attribute) || ExtendedAttributes.Get(from, name, attribute) is not { } value) { continue; }

                RequireAttribute(ExtendedAttributes.TrySet(to, name, attribute, value), attribute);
            }

            Require(to.TrySetTimes(name, status.Accessed, status.Modified), "utimensat", name);
        }

        if (status.Links > 1) { linked.Add(status.Inode, [.. path, .. name]); }
    }

    private void ApplyFile(DirFd from, DirFd to, byte[] name, in FileStatus status)
    {
        using SafeFileHandle source = from.OpenInside(name, OpenFlags.Read | OpenFlags.NoFollow | OpenFlags.NonBlocking);
        using SafeFileHandle target = to.OpenInside(name, OpenFlags.Write | OpenFlags.Create | OpenFlags.Exclusive | OpenFlags.NoFollow, PrivateMode);
        content.Copy(source, target, status);
        Require(FileDescriptor.TrySetOwner(target, status.UserId, status.GroupId), "fchown", name); // takes set-id bits and capabilities away, so it is first
        Require(FileDescriptor.TrySetMode(target, status.Permissions), "fchmod", name);
        CopyAttributes(source, target);
        Require(FileDescriptor.TrySetTimes(target, status.Accessed, status.Modified), "futimens", name);
    }

    /// <summary>Owner, mode, attributes and times are those of the topmost layer that has the directory.</summary>
    private static void Dress(DirFd from, DirFd to, bool isNew)
    {
        FileStatus status = from.Status();
        Require(to.TrySetOwner(".\0"u8, status.UserId, status.GroupId), "fchownat", ".\0"u8);
        Require(to.TrySetMode(".\0"u8, status.Permissions), "fchmodat", ".\0"u8);
        if (!isNew)
        {
            foreach (byte[] attribute in ExtendedAttributes.List(to)) { RequireAttribute(IsOfModules(attribute) ? Errno.None : ExtendedAttributes.TryRemove(to, attribute), attribute); }
        }

        CopyAttributes(from, to);
        Require(to.TrySetTimes(".\0"u8, status.Accessed, status.Modified), "utimensat", ".\0"u8);
    }

    private static void CopyAttributes(SafeHandle from, SafeHandle to)
    {
        foreach (byte[] attribute in ExtendedAttributes.List(from))
        {
            if (!IsContent(attribute) || ExtendedAttributes.Get(from, attribute) is not { } value) { continue; }

            RequireAttribute(ExtendedAttributes.TrySet(to, attribute, value), attribute);
        }
    }

    private static bool IsContent(byte[] attribute) => !OverlayAttributes.IsReserved(attribute) && !IsOfModules(attribute);

    // What security modules wrote is theirs to give.
    private static bool IsOfModules(byte[] attribute) =>
        attribute.AsSpan().StartsWith("security."u8) && !attribute.AsSpan().SequenceEqual("security.capability\0"u8);

    private static void RequireAttribute(Errno errno, byte[] attribute)
    {
        if (errno != Errno.None) { throw new LinuxException("fsetxattr", PathBytes.Show(attribute), errno); }
    }

    private static void Require(Errno errno, string call, ReadOnlySpan<byte> name)
    {
        if (errno != Errno.None) { throw new LinuxException(call, PathBytes.Show(name), errno); }
    }
}
