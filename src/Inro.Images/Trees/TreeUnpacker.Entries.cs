using Inro.Images.Layers;
using Inro.Images.Layers.Tar;
using Inro.Linux;
using Inro.Linux.Files;
using Microsoft.Win32.SafeHandles;

namespace Inro.Images.Trees;

/// <content>What entries make.</content>
public sealed partial class TreeUnpacker
{
    /// <summary>How often a name is made again that somebody else took meanwhile.</summary>
    private const int MaxRaces = 16;

    private const uint NewFileMode = 0x180; // 0600 until the owner is set
    private const uint NewDirectoryMode = 0x1C0; // 0700

    /// <summary>Zeros in one piece that need no place on the disk: some blocks of usual size, so that small files stay in one.</summary>
    private const int LeastHoleBytes = 32 << 10;

    private void Make(TarEntry entry, byte[] path, DirFd parent, byte[] name, TarReader content)
    {
        switch (entry.Kind)
        {
            case TarEntryKind.Directory:
                MakeDirectory(entry, path, parent, name);
                break;
            case TarEntryKind.File:
                SafeFileHandle? file = null;
                MakeNew(path, parent, name, "openat2", () => parent.TryOpenInside(name, OpenFlags.Write | OpenFlags.Create | OpenFlags.Exclusive | OpenFlags.NoFollow, NewFileMode, ResolveFlags.None, out file));
                using (file) { Fill(entry, path, file!, content); } // not null: it was made

                break;
            case TarEntryKind.HardLink:
                MakeHardLink(entry, path, parent, name);
                break;
            case TarEntryKind.SymbolicLink:
                MakeNew(path, parent, name, "symlinkat", () => parent.TryMakeSymlink(LayerPath.Terminated(entry.LinkName), name));
                DressPlace(entry, path, parent, name);
                break;
            default:
                MakeNode(entry, path, parent, name);
                break;
        }
    }

    private void MakeDirectory(TarEntry entry, byte[] path, DirFd parent, byte[] name)
    {
        Errno errno = parent.TryMakeDirectory(name, NewDirectoryMode);
        if (errno == Errno.EEXIST)
        {
            Errno looked = parent.TryStatus(name, out FileStatus status);
            if (looked == Errno.None && status.Kind == FileKind.Directory) { errno = Errno.None; }
            else
            {
                if (!rules.Overwrites) { throw Refused("non-directory", path, "directory"); }

                MakeNew(path, parent, name, "mkdirat", () => parent.TryMakeDirectory(name, NewDirectoryMode));
                errno = Errno.None;
            }
        }

        Check(errno, "mkdirat", path);
        using DirFd directory = parent.OpenDirectory(name, ResolveFlags.NoSymlinks);
        Dress(entry, directory);
        times.Add(path, entry);
    }

    private void MakeHardLink(TarEntry entry, byte[] path, DirFd parent, byte[] name)
    {
        byte[] target = LayerPath.Clean(entry.LinkName);
        if (target.Length == 0) { throw new TreeException($"'{PathBytes.Show(path)}' is a hard link to the root of the archive"); }

        if (target.AsSpan().SequenceEqual(path)) { return; } // it is its own other name

        DirFd from = Parent(LayerPath.Parent(target));
        byte[] existing = LayerPath.Terminated(LayerPath.Name(target));
        Errno errno = from.TryStatus(existing, out _);
        Check(errno, "linkat", target);
        MakeNew(path, parent, name, "linkat", () => parent.TryLink(from, existing, name));
    }

    private void MakeNode(TarEntry entry, byte[] path, DirFd parent, byte[] name)
    {
        if (entry.Kind != TarEntryKind.Fifo && !rules.IsPrivileged)
        {
            skippedDevices++;
            return;
        }

        FileKind kind = entry.Kind switch { TarEntryKind.CharacterDevice => FileKind.CharacterDevice, TarEntryKind.BlockDevice => FileKind.BlockDevice, _ => FileKind.Fifo };
        MakeNew(path, parent, name, "mknodat", () => parent.TryMakeNode(name, kind, 0, entry.DeviceMajor, entry.DeviceMinor));
        DressPlace(entry, path, parent, name);
    }

    /// <summary>Makes something under a name; what has the name goes, but for a directory, unless that is wanted.</summary>
    private void MakeNew(byte[] path, DirFd parent, byte[] name, string call, Func<Errno> make)
    {
        for (int race = 0; ; race++)
        {
            Errno errno = make();
            if (errno != Errno.EEXIST || race == MaxRaces)
            {
                Check(errno, call, path);
                return;
            }

            if (parent.TryStatus(name, out FileStatus status) == Errno.None && status.Kind == FileKind.Directory)
            {
                if (!rules.Overwrites) { throw Refused("directory", path, "non-directory"); }

                directories.Invalidate();
                parent.RemoveTree(name);
                continue;
            }

            if (status.Kind == FileKind.SymbolicLink) { directories.Invalidate(); }

            errno = parent.TryRemove(name);
            if (errno is not (Errno.None or Errno.ENOENT)) { Check(errno, "unlinkat", path); }
        }
    }

    private void Fill(TarEntry entry, byte[] path, SafeFileHandle file, TarReader content)
    {
        string subject = PathBytes.Show(path);
        bool hasHoles = entry.Sparse is not null;
        while (content.TryReadContent(out long offset, out ReadOnlySpan<byte> piece))
        {
            if (piece.Length >= LeastHoleBytes && !piece.ContainsAnyExcept((byte)0)) { hasHoles = true; }
            else { FileDescriptor.WriteAllAt(file, piece, offset, subject); }
        }

        if (hasHoles) { FileDescriptor.SetLength(file, entry.Size, subject); }

        // chown clears set-id bits and capabilities, so mode and attributes come after it
        (uint user, uint group) = OwnerOf(entry.UserId, entry.GroupId);
        if (rules.SetsOwners) { Check(FileDescriptor.TrySetOwner(file, user, group), "fchown", path); }

        Check(FileDescriptor.TrySetMode(file, ModeOf(entry)), "fchmod", path);
        foreach (TarAttribute attribute in entry.Attributes)
        {
            if (IsWanted(entry, attribute)) { Take(entry, attribute, ExtendedAttributes.TrySet(file, attribute.Name, attribute.Value)); }
        }

        Check(FileDescriptor.TrySetTimes(file, entry.Accessed ?? entry.Modified, entry.Modified), "futimens", path);
        sizeBytes += entry.Size;
    }

    private TreeException Refused(string there, byte[] path, string comes) => new(
        $"cannot overwrite {there} \"/{PathBytes.Show(placePath.Length == 0 ? path : [.. placePath, (byte)'/', .. path])}\" with {comes} \"/{PathBytes.Show(placePath)}\"");
}
