using Inro.Images.Layers;
using Inro.Images.Layers.Tar;
using Inro.Linux;
using Inro.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace Inro.Images.Trees;

/// <content>Owner, mode, attributes and times.</content>
public sealed partial class TreeUnpacker
{
    private const uint SetUserBit = 0x800;
    private const uint SetGroupBit = 0x400;

    private void Dress(TarEntry entry, DirFd directory)
    {
        (uint user, uint group) = OwnerOf(entry.UserId, entry.GroupId);
        if (rules.SetsOwners) { Check(directory.TrySetOwner(".\0"u8, user, group), "fchownat", entry.Name); }

        Check(directory.TrySetMode(".\0"u8, entry.Mode), "fchmodat", entry.Name);
        foreach (TarAttribute attribute in entry.Attributes)
        {
            if (IsWanted(entry, attribute)) { Take(entry, attribute, ExtendedAttributes.TrySet(directory, attribute.Name, attribute.Value)); }
        }
    }

    /// <summary>A link or a node that was just made. Where somebody has put something else in its place, that is left as it is.</summary>
    private void DressPlace(TarEntry entry, byte[] path, DirFd parent, byte[] name)
    {
        Errno errno = parent.TryOpenInside(name, OpenFlags.PathOnly | OpenFlags.NoFollow, 0, ResolveFlags.None, out SafeFileHandle? opened);
        if (errno == Errno.ENOENT) { return; }

        Check(errno, "openat2", path);
        using SafeFileHandle made = opened!; // not null: no error
        FileKind kind = FileDescriptor.Status(made, PathBytes.Show(path)).Kind;
        bool isLink = entry.Kind == TarEntryKind.SymbolicLink;
        if (isLink != (kind == FileKind.SymbolicLink) || kind is FileKind.Regular or FileKind.Directory) { return; }

        (uint user, uint group) = OwnerOf(entry.UserId, entry.GroupId);
        if (rules.SetsOwners) { Check(OpenedPlace.TrySetOwner(made, user, group), "fchownat", path); }

        if (!isLink) { Check(OpenedPlace.TrySetMode(made, entry.Mode), "chmod", path); }

        foreach (TarAttribute attribute in entry.Attributes)
        {
            if (IsWanted(entry, attribute)) { Take(entry, attribute, OpenedPlace.TrySetAttribute(made, attribute.Name, attribute.Value)); }
        }

        Check(OpenedPlace.TrySetTimes(made, entry.Accessed ?? entry.Modified, entry.Modified), "utimensat", path);
    }

    /// <summary>The owner to be, as the kernel takes it here.</summary>
    private (uint User, uint Group) OwnerOf(uint user, uint group)
    {
        if (rules.Owner is { } fixedOwner) { (user, group) = fixedOwner; }

        if (rules.Ids is not { } ids) { return (user, group); }

        return ids.UserToFile(user) is { } u && ids.GroupToFile(group) is { } g
            ? (u, g)
            : throw new TreeException($"the archive has files of {user}:{group}, an id that the container's user namespace has not");
    }

    /// <summary>A file that changes its owner must not speak for the new one: set-id bits go.</summary>
    private uint ModeOf(TarEntry entry)
    {
        uint lost = (KeepsUser(entry) ? 0 : SetUserBit) | (KeepsGroup(entry) ? 0 : SetGroupBit);
        return entry.Mode & ~lost;
    }

    private bool KeepsUser(TarEntry entry) => rules.SetsOwners && (rules.Owner is not { } owner || owner.User == entry.UserId);

    private bool KeepsGroup(TarEntry entry) => rules.SetsOwners && (rules.Owner is not { } owner || owner.Group == entry.GroupId);

    private bool IsWanted(TarEntry entry, TarAttribute attribute) =>
        !OverlayAttributes.IsReserved(attribute.Name) && (!attribute.Name.AsSpan().SequenceEqual("security.capability\0"u8) || KeepsUser(entry));

    private void Take(TarEntry entry, TarAttribute attribute, Errno errno)
    {
        if (errno != Errno.None && !OverlayAttributes.IsTolerable(errno, entry.Kind, attribute.Name, rules.IsPrivileged)) { throw new LinuxException("setxattr", PathBytes.Show(attribute.Name), errno); }
    }
}
